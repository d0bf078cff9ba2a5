package io.tickraft.testkit.message;

import static io.tickraft.testkit.message.Answers.accept;
import static io.tickraft.testkit.message.Answers.acknowledge;
import static io.tickraft.testkit.message.Answers.grant;
import static io.tickraft.testkit.message.Answers.installed;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.installSnapshot;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Values.entries;
import static io.tickraft.testkit.message.Values.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class AnswersTest {

  private static final Envelope TO_2 = fromNode(1).to(2).term(3).group(7);

  @Test
  void anAppendIsAcceptedUpToItsLastEntry() {
    assertThat(accept(append(TO_2).prev(2, 5).entries(entries(6, 3, 3)).commit(6).build()))
        .hasToString("2→1 AppendResponse t3 g7 accepted 7 commit 6");
    assertThat(accept(append(TO_2).prev(2, 5).commit(6).build()))
        .hasToString("2→1 AppendResponse t3 g7 accepted 5 commit 5");
  }

  @Test
  void theOthersAreAnsweredInKind() {
    assertThat(acknowledge(heartbeat(TO_2).round(4).build()))
        .hasToString("2→1 HeartbeatResponse t3 g7 round 4");
    assertThat(grant(vote(TO_2).build()))
        .hasToString("2→1 VoteResponse t3 g7 granted committed (0,0)");
    assertThat(installed(installSnapshot(TO_2, snapshot(2, 5, 1)).attempt(2).build()))
        .hasToString("2→1 InstallSnapshotResponse t3 g7 installed 5 snapshot (2,5) attempt 2");
  }

  @Test
  void anotherKindIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accept(vote(TO_2).build()))
        .withMessage("Append expected: 1→2 Vote t3 g7 last (0,0) committed (0,0)");
  }
}
