package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ProposeResult;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What hosts report to oracles besides the events of the protocol. */
class HostEventsTest {

  /** One line for each event, with its time. */
  private static final class Diary implements Oracle {
    final List<String> lines = new ArrayList<>();
    private LongSupplier clock = () -> -1;

    private void add(String line) {
      lines.add(clock.getAsLong() + " " + line);
    }

    @Override
    public void begun(LongSupplier now) {
      clock = now;
      add("begun");
    }

    @Override
    public void crashed(long node, int keptWrites, int keptParts) {
      add(node + " crashed, kept " + keptWrites + " and " + keptParts + " parts");
    }

    @Override
    public void proposing(long node, List<ByteString> commands) {
      add(node + " proposing " + commands.stream().map(ByteString::toStringUtf8).toList());
    }

    @Override
    public void proposed(long node, ProposeResult result) {
      add(node + " proposed");
    }

    @Override
    public void campaigning(long node) {
      add(node + " campaigning");
    }

    @Override
    public void resigning(long node) {
      add(node + " resigning");
    }

    @Override
    public void stateStored(long node, AppliedState applied) {
      add(node + " stored " + applied.index());
    }

    @Override
    public void compacted(long node, int kept) {
      add(node + " compacted, keeps " + kept);
    }
  }

  private static ByteString command(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void aHostReportsWhatItDoesWithTheTime() {
    Diary diary = new Diary();
    Simulation group =
        Simulation.of(1).oracle(diary).keepState(true).entriesKept(3).start(Choices.harmless());

    group.run(10);
    group.campaign(1);
    group.propose(1, List.of(command("a"), command("b")));
    group.run(20);
    group.resign(1);
    group.compact(1);
    group.crash(1);

    assertThat(diary.lines)
        .containsExactly(
            "0 begun",
            "10 1 campaigning",
            "10 1 stored 2",
            "10 1 proposing [a, b]",
            "10 1 proposed",
            "10 1 stored 4",
            "30 1 resigning",
            "30 1 compacted, keeps 3",
            // Unsynced are the commit index, the last stored state and the snapshot.
            "30 1 crashed, kept 3 and 0 parts");
  }

  @Test
  void aTornWriteIsReported() {
    Diary diary = new Diary();
    Simulation group = Simulation.of(1).oracle(diary).diskMillis(50, 50).start(Choices.harmless());
    group.campaign(1);
    group.run(200);
    group.propose(1, List.of(command("a"), command("b")));

    group.crashInWrite(1);

    assertThat(diary.lines).last().isEqualTo("200 1 crashed, kept 1 and 1 parts");
  }
}
