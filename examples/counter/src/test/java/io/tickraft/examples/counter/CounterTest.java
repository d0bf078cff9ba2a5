package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChanges;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the state machine and the arguments of a new node may hold. */
final class CounterTest {

  @TempDir Path dir;

  private static Entry entry(long index, EntryType type, ByteString data) {
    return Entry.newBuilder().setTerm(1).setIndex(index).setType(type).setData(data).build();
  }

  private static Entry command(long index, String data) {
    return entry(index, EntryType.ENTRY_TYPE_COMMAND, ByteString.copyFromUtf8(data));
  }

  private static Entry change(long index, String members) {
    ByteString context = ByteString.copyFromUtf8(members);
    return entry(
        index,
        EntryType.ENTRY_TYPE_CONF_CHANGE,
        ConfChanges.addLearner(2).context(context).build().toByteString());
  }

  /** This program proposes none. But what throws here once throws on each node, at each start. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "five", "1.5", "99999999999999999999", "\u0000", "\uFFFF"})
  void aCommandThatIsNoNumberIsIgnored(String data) throws IOException {
    Counter counter = new Counter();
    counter.apply(command(1, "3"));
    counter.apply(command(2, data));
    counter.apply(command(3, "4"));
    assertThat(counter.value).isEqualTo(7);
    assertThat(counter.applied).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "2=", "2=a", "x=a:1", "2=a:99999", "2=a:1,", "2=a:1,2=b:1"})
  void anAddressThatIsNoneIsIgnored(String members) throws IOException {
    Counter counter = new Counter();
    counter.apply(change(1, "1=a:1"));
    counter.apply(change(2, members));
    assertThat(counter.addresses).hasToString("{1=a:1}");
    assertThat(counter.applied).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "found | -7 | 1 | 1=a:1         | a group is a number from 1: -7",
        "found | 0  | 1 | 1=a:1         | a group is a number from 1: 0",
        "join  | 0  | 1 | a:1           | a group is a number from 1: 0",
        "found | 7  | 1 | 2=a:1         | node 1 is none of the members 2=a:1",
        "found | 7  | 0 | 0=a:1         | not id=host:port,id=host:port: 0=a:1",
        "join  | 7  | 0 | a:1           | not id=host:port,id=host:port: 0=a:1",
        "found | 7  | 1 | 1=a           | not id=host:port,id=host:port: 1=a",
        "found | 7  | 1 | 1=a:1,        | not id=host:port,id=host:port: 1=a:1,",
        "found | 7  | 1 | 1=a:99999     | a port is from 1 to 65535: 1=a:99999",
        "found | 7  | 1 | 1=a:1,2=a:0   | a port is from 1 to 65535: 2=a:0",
        "found | 7  | 1 | 1=a:1,1=b:1   | node 1 is named twice: 1=a:1,1=b:1",
        "join  | 7  | 1 | a:1,2=b:1     | one node joins with one address: a:1,2=b:1"
      })
  void wrongArgumentsAreNamedAndLeaveNoTrace(
      String how, long group, long id, String members, String error) throws IOException {
    Path node = dir.resolve("node");
    try (CounterLog log = new CounterLog(node)) {
      assertThatThrownBy(() -> CounterNode.create(log, how.equals("join"), group, id, members))
          .hasMessage(error);
    }
    assertThat(node).doesNotExist();
  }

  @Test
  void aSnapshotHoldsTheValueAndTheAddresses() throws IOException {
    Counter counter = new Counter();
    counter.apply(command(1, "-5"));
    counter.apply(change(2, "1=a:1"));
    assertThat(counter.save().toStringUtf8()).isEqualTo("-5 1=a:1");
  }
}
