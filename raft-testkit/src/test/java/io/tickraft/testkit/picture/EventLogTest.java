package io.tickraft.testkit.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RaftEvent;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a real node logs of its events, and the picture of it. */
class EventLogTest {

  private static final RaftEvent CANDIDATE =
      new RaftEvent.RoleChanged(3, RoleName.FOLLOWER, RoleName.CANDIDATE);

  private final StringBuilder out = new StringBuilder();

  @Test
  void writesALineForItsBeginningAndForEachEvent() {
    EventLog log = new EventLog(2, () -> 1_234L, out);
    log.onEvent(CANDIDATE);
    log.onEvent(new RaftEvent.LeaderChanged(3, 1));
    assertThat(out.toString().lines())
        .containsExactly(
            "1970-01-01T00:00:01.234Z node 2 starts",
            "1970-01-01T00:00:01.234Z node 2 candidate in term 3, was follower",
            "1970-01-01T00:00:01.234Z node 2 leader 1 in term 3");
    assertThat(log.problem()).isEmpty();
  }

  @Test
  void aWriterThatFailsDoesNotFailTheNode() {
    List<CharSequence> tried = new ArrayList<>();
    Appendable broken =
        new Appendable() {
          @Override
          public Appendable append(CharSequence text) throws IOException {
            tried.add(text);
            throw new IOException("the disk is full");
          }

          @Override
          public Appendable append(CharSequence text, int start, int end) throws IOException {
            return append(text);
          }

          @Override
          public Appendable append(char c) throws IOException {
            return append(String.valueOf(c));
          }
        };
    EventLog log = new EventLog(1, () -> 0, broken);
    log.onEvent(CANDIDATE);
    assertThat(log.problem())
        .get()
        .extracting(IOException::getMessage)
        .isEqualTo("the disk is full");
    assertThat(tried).hasSize(1);
  }

  @Test
  void thePictureHasTheStateOfEachNode() {
    StringBuilder lines = new StringBuilder();
    List<Simulation> started = new ArrayList<>();
    Simulation group =
        Simulation.of(3)
            .configuration(
                (config, id) ->
                    config.observer(
                        new EventLog(
                            id, () -> started.isEmpty() ? 0 : started.get(0).now(), lines)))
            .start(Choices.random(4));
    started.add(group);
    group.run(3_000);
    group.nodes().stream()
        .filter(SimNode::isLeader)
        .map(SimNode::id)
        .toList()
        .forEach(group::crash);
    group.run(3_000);

    PictureRecorder recorder = EventLog.recorded(lines.toString().lines().toList()).orElseThrow();
    TreeMap<Long, NodeState> last = new TreeMap<>();
    recorder.finish();
    recorder.steps().forEach(step -> last.put(step.node, step.after));
    assertThat(last).hasSize(3);
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        Status status = node.status();
        NodeState state = last.getOrDefault(node.id(), NodeState.UNKNOWN);
        assertThat(state.role()).isEqualTo(RecordedNode.letter(status.role()));
        assertThat(state.term()).isEqualTo(status.term());
        assertThat(state.vote()).isEqualTo(status.vote());
        assertThat(state.leader()).isEqualTo(status.leader());
      }
    }
  }

  @Test
  void logsAreMergedByTimeAndOtherLinesAreSkipped() {
    List<String> lines =
        List.of(
            "2026-02-03T04:05:06Z node 1 starts",
            "2026-02-03T04:05:08Z node 1 candidate in term 2, was follower",
            "some other line",
            "yesterday node 1 starts",
            "2026-02-03T04:05:07.500Z node 2 starts");
    PictureRecorder recorder = EventLog.recorded(lines).orElseThrow();
    assertThat(recorder.lines())
        .containsExactly(
            "           logged by hosts; 0.000 s is 2026-02-03T04:05:06Z",
            "  0.000 s  node 1  starts",
            "  1.500 s  node 2  starts",
            "  2.000 s  node 1  candidate in term 2, was follower");
    assertThat(EventLog.picture("all", lines)).isPresent();
    assertThat(EventLog.picture("all", List.of("nothing"))).isEmpty();
  }
}
