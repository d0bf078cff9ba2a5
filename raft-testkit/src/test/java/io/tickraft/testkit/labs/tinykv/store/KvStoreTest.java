package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

final class KvStoreTest {

  private final KvStore store = new KvStore();

  @Test
  void scansARangeInOrder() {
    write(1, 1, new Command.Put("b", "2"));
    write(1, 2, new Command.Put("c", "3"));
    write(1, 3, new Command.Put("a", "1"));
    write(1, 4, new Command.Put("b", "4"));
    write(1, 5, new Command.Delete("a"));
    assertThat(store.scan(new Command.Scan("a", "c"))).containsExactly(new KeyValue("b", "4"));
    assertThat(store.scan(Command.get("c"))).containsExactly(new KeyValue("c", "3"));
    assertThat(store.scan(Command.get("a"))).isEmpty();
  }

  @Test
  void doesAWriteOnce() {
    write(1, 1, new Command.Put("a", "1"));
    write(1, 2, new Command.Delete("a"));
    write(1, 1, new Command.Put("a", "1"));
    assertThat(store.get("a")).isEmpty();
    write(2, 1, new Command.Put("a", "of another client"));
    assertThat(store.get("a")).contains("of another client");
  }

  @Test
  void aSnapshotKeepsDataAndWhatIsDone() {
    write(1, 1, new Command.Put("a", "1"));
    write(1, 2, new Command.Put("b", "2"));
    write(1, 3, new Command.Delete("a"));
    KvStore other = new KvStore();
    other.restore(store.save());
    other.apply(new Command(1, 1, new Command.Put("a", "1")));
    assertThat(other.get("a")).isEmpty();
    assertThat(other.get("b")).contains("2");
    assertThat(other.save()).isEqualTo(store.save());
    other.restore(ByteString.EMPTY);
    assertThat(other.get("b")).isEmpty();
  }

  /** As it goes through the log. */
  private void write(long client, long sequence, Command.Operation operation) {
    Command command = new Command(client, sequence, operation);
    Command logged = Command.decoded(command.encoded());
    assertThat(logged).isEqualTo(command);
    store.apply(logged);
  }
}
