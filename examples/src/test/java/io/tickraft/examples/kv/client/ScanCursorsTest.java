package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Which cursors are kept when memory is short. */
class ScanCursorsTest {

  private static final int MAX_KEY = 1 << 20;

  /** As little memory as values of this size allow: 4 MiB for cursors, of which half is shared. */
  private final ClientLimits limits =
      new ClientLimits(MAX_KEY, 16L * MAX_KEY, 4L * MAX_KEY, 100, 0, 0);

  private long nowNanos;
  private final ScanCursors cursors = new ScanCursors(limits, () -> nowNanos);
  private long lastId;

  private Session session() {
    lastId++;
    return new Session(lastId, "10.0.0.1:" + lastId, false, Users.NONE, 0);
  }

  private static ByteString key(int bytes) {
    return ByteString.copyFrom(new byte[bytes]);
  }

  private long after(Session session, int bytes) {
    return cursors.after(session, key(bytes)).orElseThrow();
  }

  private void close(Session session) {
    session.close();
    cursors.closed(session);
  }

  @Test
  void aConnectionKeepsItsLastCursorWhateverOthersScan() {
    Session session = session();
    long cursor = after(session, 100);
    for (int i = 0; i < limits.maxClients() - 1; i++) {
      Session other = session();
      for (int j = 0; j < 10; j++) {
        OptionalLong unused = cursors.after(other, key(j % 2 == 0 ? MAX_KEY : 100));
      }
    }
    assertThat(cursors.key(cursor)).contains(key(100));
    assertThat(cursors.key(after(session, 200))).contains(key(200));
  }

  @Test
  void aConnectionKeepsALimitedNumberOfEarlierCursors() {
    Session session = session();
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 2 * ScanCursors.MAX_EACH; i++) {
      all.add(after(session, 10));
    }
    assertThat(cursors.size()).isEqualTo(ScanCursors.MAX_EACH);
    assertThat(cursors.key(all.get(ScanCursors.MAX_EACH - 1))).isEmpty();
    assertThat(cursors.key(all.get(ScanCursors.MAX_EACH))).isPresent();
    // A large key leaves no room for the earlier ones.
    long large = after(session, MAX_KEY);
    assertThat(cursors.size()).isEqualTo(1);
    assertThat(cursors.key(large)).contains(key(MAX_KEY));
  }

  @Test
  void withoutMemoryForALargeKeyAScanIsRefusedAndCanGoOnLater() {
    Session session = session();
    long cursor = after(session, 100);
    List<Session> others = new ArrayList<>();
    for (Session other = session();
        cursors.after(other, key(MAX_KEY)).isPresent();
        other = session()) {
      others.add(other);
    }
    assertThat(others).hasSize(2);
    assertThat(cursors.after(session, key(MAX_KEY))).isEmpty();
    assertThat(cursors.key(cursor)).contains(key(100));
    // Those that have room for a large key can go on to the next one.
    assertThat(cursors.after(others.get(0), key(MAX_KEY))).isPresent();
    close(others.get(1));
    assertThat(cursors.after(session, key(MAX_KEY))).isPresent();
  }

  @Test
  void whoDoesNotGoOnHoldsNoMemoryThatOthersNeed() {
    Session small = session();
    long cursor = after(small, 100);
    Session first = session();
    after(first, MAX_KEY);
    Session second = session();
    after(second, MAX_KEY);
    nowNanos += ClientConnection.STALL_NANOS - 1;
    long current = after(second, MAX_KEY);
    assertThat(cursors.after(session(), key(MAX_KEY))).isEmpty();
    nowNanos++;
    assertThat(cursors.after(session(), key(MAX_KEY))).isPresent();
    assertThat(cursors.key(current)).isPresent();
    assertThat(cursors.key(cursor)).isPresent();
    assertThat(cursors.size()).isEqualTo(3);
  }

  @Test
  void theCursorsOfAConnectionThatHasEndedAreKeptUntilOthersNeedTheMemory() {
    Session gone = session();
    long small = after(gone, 100);
    close(gone);
    assertThat(cursors.key(small)).contains(key(100));
    assertThat(cursors.after(gone, key(100))).isPresent();
    assertThat(cursors.size()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      Session large = session();
      assertThat(after(large, MAX_KEY)).isPositive();
      close(large);
    }
    assertThat(cursors.key(small)).isEmpty();
  }

  @Test
  void manyConnectionsThatHaveEndedLeaveALimitedNumberOfCursors() {
    for (int i = 0; i < 10_000; i++) {
      Session gone = session();
      after(gone, 1);
      close(gone);
    }
    assertThat(cursors.size()).isLessThanOrEqualTo(4_096).isGreaterThan(1_000);
  }
}
