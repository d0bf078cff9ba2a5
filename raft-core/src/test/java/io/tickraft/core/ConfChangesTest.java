package io.tickraft.core;

import static io.tickraft.core.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.tickraft.proto.ConfChange;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** What the factory of membership changes makes. */
final class ConfChangesTest {

  private static ConfChange parsed(String text) throws TextFormat.ParseException {
    return TextFormat.parse(text, ConfChange.class);
  }

  @Test
  void aSingleChangeIsAListOfOneWithTheTransitionAuto() throws Exception {
    assertThat(ConfChanges.addVoter(4).build())
        .isEqualTo(
            parsed(
                "transition: CONF_CHANGE_TRANSITION_AUTO"
                    + " changes { type: CONF_CHANGE_TYPE_ADD_VOTER node: 4 }"));
    assertThat(ConfChanges.addLearner(4).build())
        .isEqualTo(
            parsed(
                "transition: CONF_CHANGE_TRANSITION_AUTO"
                    + " changes { type: CONF_CHANGE_TYPE_ADD_LEARNER node: 4 }"));
    assertThat(ConfChanges.remove(2).build())
        .isEqualTo(
            parsed(
                "transition: CONF_CHANGE_TRANSITION_AUTO"
                    + " changes { type: CONF_CHANGE_TYPE_REMOVE node: 2 }"));
  }

  @Test
  void changesKeepTheirOrder() throws Exception {
    assertThat(
            ConfChanges.remove(2)
                .addVoter(4)
                .addLearner(Long.MAX_VALUE)
                .remove(3)
                .jointExplicit()
                .context(bytes("host:1"))
                .build())
        .isEqualTo(
            parsed(
                "transition: CONF_CHANGE_TRANSITION_JOINT_EXPLICIT"
                    + " changes { type: CONF_CHANGE_TYPE_REMOVE node: 2 }"
                    + " changes { type: CONF_CHANGE_TYPE_ADD_VOTER node: 4 }"
                    + " changes { type: CONF_CHANGE_TYPE_ADD_LEARNER node: 9223372036854775807 }"
                    + " changes { type: CONF_CHANGE_TYPE_REMOVE node: 3 }"
                    + " context: 'host:1'"));
  }

  @Test
  void aJointConfigurationIsEnteredAndLeft() throws Exception {
    assertThat(ConfChanges.addVoter(4).jointImplicit().build())
        .isEqualTo(
            parsed(
                "transition: CONF_CHANGE_TRANSITION_JOINT_IMPLICIT"
                    + " changes { type: CONF_CHANGE_TYPE_ADD_VOTER node: 4 }"));
    assertThat(ConfChanges.leave()).isEqualTo(parsed("transition: CONF_CHANGE_TRANSITION_LEAVE"));
  }

  @Test
  void anIdBelowOneIsRefused() {
    List<LongFunction<ConfChanges.Builder>> factories =
        List.of(
            ConfChanges::addVoter,
            ConfChanges::addLearner,
            ConfChanges::remove,
            ConfChanges.addVoter(1)::addVoter,
            ConfChanges.addVoter(1)::addLearner,
            ConfChanges.addVoter(1)::remove);
    for (LongFunction<ConfChanges.Builder> factory : factories) {
      for (long id : new long[] {0, -1}) {
        assertThatThrownBy(() -> factory.apply(id))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("node: an id is at least 1: " + id);
      }
    }
  }

  @Test
  void aLeaderTakesIt() {
    Host leader = Host.leader();
    assertThat(leader.node.proposeConfChange(ConfChanges.addLearner(4).build()))
        .isEqualTo(new ConfChangeResult.Accepted(2, 3));
  }
}
