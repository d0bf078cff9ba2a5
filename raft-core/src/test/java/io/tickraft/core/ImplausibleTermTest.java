package io.tickraft.core;

import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import org.junit.jupiter.api.Test;

/** How far ahead the term of a message may be; DropTableTest has what is further. */
final class ImplausibleTermTest {

  private static final long FURTHEST = 1L << 32;

  @Test
  void aTermThatIsJustPlausibleIsEntered() {
    Host host = Host.follower();

    host.step(heartbeat(3, 2 + FURTHEST, 1, 1));

    assertThat(host.status().term()).isEqualTo(2 + FURTHEST);
    assertThat(host.status().leader()).isEqualTo(3);
  }

  @Test
  void aPreVoteForATermThatIsJustPlausibleIsAnswered() {
    Host host = Host.follower();
    Message preVote =
        message(3, 2 + FURTHEST - 1)
            .setPreVote(PreVote.newBuilder().setCampaignTerm(2 + FURTHEST))
            .build();

    assertThat(host.step(preVote)).filteredOn(Message::hasPreVoteResponse).hasSize(1);
  }

  @Test
  void anAnswerAboutATermThatIsJustPlausibleIsOnlyTooLate() {
    Host host = Host.follower();
    PreVoteResponse.Builder granted =
        PreVoteResponse.newBuilder()
            .setCampaignTerm(2 + FURTHEST)
            .setGranted(PreVoteResponse.Granted.getDefaultInstance());

    host.step(message(3, 2).setPreVoteResponse(granted).build());

    assertThat(host.drops()).containsExactly(DropReason.STALE_ANSWER);
  }

  @Test
  void aNodeWithoutATermJoinsAGroupOfAPlausibleOne() {
    Host host = Host.on(new MemoryStorage());

    host.step(heartbeat(2, FURTHEST, 0, 1));

    assertThat(host.status().leader()).isEqualTo(2);
  }

  @Test
  void afterAFlippedBitInAHeartbeatTheNodeStillCampaigns() {
    Host host = Host.follower();

    host.step(heartbeat(2, Long.MAX_VALUE, 1, 1));
    host.ticks(20);

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.status().term()).isEqualTo(3);
  }
}
