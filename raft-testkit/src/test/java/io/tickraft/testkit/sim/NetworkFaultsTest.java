package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.DropReason;
import io.tickraft.core.RaftEvent;
import io.tickraft.proto.Message;
import io.tickraft.testkit.message.Messages;
import io.tickraft.testkit.oracle.Oracle;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages that are corrupted, of a later version, or sent again an hour later. */
class NetworkFaultsTest {

  private static final int HOUR = 3_600_000;

  private final Set<DropReason> reasons = EnumSet.noneOf(DropReason.class);

  private Simulation started(int nodes) {
    return Simulation.of(nodes)
        .configuration(
            config ->
                config.observer(
                    event -> {
                      if (event instanceof RaftEvent.MessageDropped dropped) {
                        reasons.add(dropped.reason());
                      }
                    }))
        .start(Choices.random(1));
  }

  @Test
  void corruptedMessagesAreDroppedEachForItsReason() {
    Simulation group = started(3);
    group.network().conditions(Conditions.RELIABLE.withCorruption(20));
    for (int i = 0; i < 300; i++) {
      group.run(100);
      for (SimNode node : group.nodes()) {
        if (node.isLeader()) {
          group.propose(node.id(), ByteString.copyFromUtf8("command " + i));
        }
      }
    }
    assertThat(group.network().corrupted()).isGreaterThan(100);
    assertThat(reasons)
        .contains(
            DropReason.MISDELIVERED,
            DropReason.OTHER_GROUP,
            DropReason.BAD_SENDER,
            DropReason.STRANGER,
            DropReason.UNKNOWN_BODY,
            DropReason.MALFORMED,
            DropReason.IMPLAUSIBLE_TERM,
            DropReason.UNKNOWN_ENTRY_TYPE);
  }

  @Test
  void unknownFieldsAreSkipped() {
    Simulation group = started(3);
    group.network().conditions(Conditions.RELIABLE.withUnknownFields(100));

    assertThat(group.runUntil(() -> group.nodes().stream().anyMatch(SimNode::isLeader), 10_000))
        .isTrue();
  }

  @Test
  void anEchoComesAnHourLater() {
    Simulation group = started(2);
    group.network().conditions(Conditions.RELIABLE.withEchoes(100, HOUR));
    group.run(5_000);
    group.network().conditions(Conditions.RELIABLE);
    group.network().disconnect(1);
    group.run(50_000);
    group.network().connect(1);
    long term = group.node(1).status().term();
    group.run(HOUR);

    assertThat(group.network().echoed()).isGreaterThan(50);
    assertThat(group.network().reordered()).isGreaterThan(50);
    assertThat(group.nodes()).anyMatch(SimNode::isLeader);
    assertThat(group.node(1).status().term()).isGreaterThanOrEqualTo(term);
  }

  @Test
  void aCorruptedMessageIsKnownAsSuch() {
    Message message = Messages.heartbeat(Messages.fromNode(1).to(2).term(3)).build();

    assertThat(Corruption.isCorrupted(message)).isFalse();
    assertThat(Corruption.isCorrupted(Corruption.withUnknownField(message))).isFalse();
    for (Corruption corruption : Corruption.of(message)) {
      assertThat(corruption.corrupt(message, Choices.random(1).at("message")).stream())
          .as("%s", corruption)
          .allMatch(Corruption::isCorrupted);
    }
  }

  @Test
  void onlyWhatFitsIsDoneToAMessage() {
    assertThat(Corruption.of(Messages.append(Messages.fromNode(1).to(2).term(3)).build()))
        .doesNotContain(Corruption.GAP, Corruption.ENTRY_TYPE, Corruption.STRANGER);
    assertThat(
            Corruption.of(Messages.heartbeatResponse(Messages.fromNode(1).to(2).term(3)).build()))
        .contains(Corruption.STRANGER, Corruption.TERM_TOO_HIGH);
  }

  @Test
  void impossibleConditionsAreRefused() {
    assertThatThrownBy(() -> Conditions.RELIABLE.withLoss(101))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a percentage is in 0 to 100: 101");
    assertThatThrownBy(() -> Conditions.RELIABLE.withDelay(5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximum delay: at least 5: 4");
    assertThatThrownBy(() -> Conditions.RELIABLE.withEchoes(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximum time of an echo: at least 0: -1");
  }

  @Test
  void changedConditionsKeepAllElse() {
    Conditions all =
        Conditions.RELIABLE
            .withDelay(2, 3)
            .withLoss(4)
            .withDuplicates(5)
            .withDetours(6, 7)
            .withLate(8, 9)
            .withEchoes(10, 11)
            .withCorruption(12)
            .withUnknownFields(13);

    assertThat(all)
        .hasToString(
            "delay 2 to 3 ms, loss 4%, duplicates 5%, detours 6%, late 8%, echoes 10%, corrupted"
                + " 12%, unknown fields 13%");
    assertThat(all.maxDetourMillis()).isEqualTo(7);
    assertThat(all.maxLateMillis()).isEqualTo(9);
    assertThat(all.maxEchoMillis()).isEqualTo(11);
    assertThat(Conditions.RELIABLE.lossPercent()).isZero();
  }

  @Test
  void theRateOfAClockChanges() {
    CountingTicks ticks = new CountingTicks();
    Simulation group = Simulation.of(1).oracle(ticks).start(Choices.harmless());
    group.run(10_000);
    assertThat(ticks.count).isBetween(99, 101);

    group.tickMillis(1, 1_000);
    group.run(10_000);

    assertThat(ticks.count).isBetween(109, 112);
    assertThatThrownBy(() -> group.tickMillis(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("millis: at least 1: 0");
  }

  private static final class CountingTicks implements Oracle {
    int count;

    @Override
    public void ticked(long node) {
      count++;
    }
  }
}
