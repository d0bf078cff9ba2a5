package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code SCAN} and {@code KEYS}. */
class ScanTest {

  private static final int KEYS = 95;

  private final FakeNode node = new FakeNode();
  private final ClientServer server = server(node);
  private final WireClient client = new WireClient(server, false);

  private static ClientServer server(FakeNode node) {
    return new ClientServer(
        node,
        ClientLimits.of(100),
        Users.NONE,
        new EmbeddedChannel().eventLoop(),
        ForkJoinPool.commonPool(),
        System::nanoTime);
  }

  @BeforeEach
  void fill() {
    for (int i = 0; i < KEYS; i++) {
      client.line("SET key" + i + " x");
    }
  }

  /** One call of SCAN: the cursor, and then the keys. */
  private static List<String> scan(WireClient client, String request) {
    String[] lines = client.line(request).split(";", -1);
    List<String> result = new ArrayList<>();
    result.add(lines[2]);
    for (int i = 5; i < lines.length; i += 2) {
      result.add(lines[i]);
    }
    return result;
  }

  @Test
  void allKeysAreFoundInPages() {
    List<String> found = new ArrayList<>();
    String cursor = "0";
    int pages = 0;
    do {
      List<String> page = scan(client, "SCAN " + cursor + " COUNT 20");
      cursor = page.get(0);
      found.addAll(page.subList(1, page.size()));
      pages++;
      assertThat(page).hasSizeBetween(16, 21);
    } while (!cursor.equals("0"));
    assertThat(pages).isEqualTo(5);
    assertThat(found).hasSize(KEYS).doesNotHaveDuplicates();
  }

  @Test
  void keysThatStayAreFoundWhateverElseChanges() {
    TreeSet<String> found = new TreeSet<>();
    String cursor = "0";
    int deleted = 0;
    do {
      List<String> page = scan(client, "SCAN " + cursor);
      cursor = page.get(0);
      found.addAll(page.subList(1, page.size()));
      // The last key of the page, too: the scan goes on behind a key that is gone.
      for (int i = 1; i < page.size(); i++) {
        deleted += client.line("DEL " + page.get(i)).equals(":1;") ? 1 : 0;
      }
      client.line("SET akey" + deleted + " x");
    } while (!cursor.equals("0"));
    assertThat(deleted).isEqualTo(KEYS);
    assertThat(found).hasSizeGreaterThanOrEqualTo(KEYS);
  }

  @Test
  void theCursorOfAnotherNodeIsInvalid() {
    String cursor = scan(client, "SCAN 0").get(0);
    WireClient elsewhere = new WireClient(server(node), false);
    assertThat(elsewhere.line("SCAN " + cursor)).isEqualTo("-ERR invalid cursor;");
    assertThat(elsewhere.line("SCAN 123")).isEqualTo("-ERR invalid cursor;");
    assertThat(elsewhere.line("SCAN -1")).isEqualTo("-ERR invalid cursor;");
  }

  /** As {@code redis-cli scan CURSOR} does. */
  @Test
  void aScanMayUseAConnectionForEachCall() {
    List<String> found = new ArrayList<>();
    String cursor = "0";
    do {
      WireClient once = new WireClient(server, false);
      List<String> page = scan(once, "SCAN " + cursor + " COUNT 20");
      once.close();
      cursor = page.get(0);
      found.addAll(page.subList(1, page.size()));
    } while (!cursor.equals("0"));
    assertThat(found).hasSize(KEYS).doesNotHaveDuplicates();
  }

  @Test
  void aScanGoesOnWhateverOthersScan() {
    String cursor = scan(client, "SCAN 0").get(0);
    WireClient other = new WireClient(server, false);
    for (int i = 0; i < 10_000; i++) {
      scan(other, "SCAN 0");
    }
    assertThat(scan(client, "SCAN " + cursor)).hasSize(11);
  }

  @Test
  void aPatternSelectsKeysAndThePageStaysTheSame() {
    assertThat(scan(client, "SCAN 0 MATCH key1? COUNT 1000")).hasSize(11).startsWith("0");
    assertThat(scan(client, "SCAN 0 MATCH none COUNT 10")).hasSize(1).doesNotContain("0");
    assertThat(scan(client, "SCAN 0 TYPE string COUNT 1000")).hasSize(KEYS + 1);
    assertThat(scan(client, "SCAN 0 TYPE hash COUNT 1000")).hasSize(1);
    assertThat(client.line("KEYS key9[34]")).isEqualTo("*2;$5;key93;$5;key94;");
  }

  @Test
  void tooManyKeysAreNotListedAtOnce() {
    for (int i = 0; i < 100_000; i++) {
      node.map().put(ByteString.copyFromUtf8("more" + i), ByteString.EMPTY);
    }
    assertThat(client.line("KEYS none"))
        .isEqualTo("-ERR KEYS looks at up to 100000 keys, and there are more: use SCAN;");
  }
}
