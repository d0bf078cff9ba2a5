package io.tickraft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RaftConfigTest {

  private static Arguments row(
      String knob, UnaryOperator<RaftConfig.Builder> bad, UnaryOperator<RaftConfig.Builder> good) {
    return Arguments.of(knob, bad, good);
  }

  static Stream<Arguments> ranges() {
    // A value right outside of the range, and the one right inside.
    return Stream.of(
        row("group", b -> b.group(-1), b -> b.group(0)),
        row("heartbeatTicks", b -> b.heartbeatTicks(0), b -> b.heartbeatTicks(1)),
        row(
            "electionTicks",
            b -> b.heartbeatTicks(3).electionTicks(3),
            b -> b.heartbeatTicks(3).electionTicks(4)),
        row("electionTicks", b -> b.electionTicks((1 << 29) + 1), b -> b.electionTicks(1 << 29)),
        row("snapshotTicks", b -> b.snapshotTicks(0), b -> b.snapshotTicks(1)),
        row("incarnation", b -> b.incarnation(-1), b -> b.incarnation(0)),
        row("maxEntryBytes", b -> b.maxEntryBytes(0), b -> b.maxEntryBytes(1)),
        row(
            "maxEntryBytes",
            b -> b.maxEntryBytes(Integer.MAX_VALUE - 127),
            b -> b.maxEntryBytes(Integer.MAX_VALUE - 128)),
        row("maxAppendBytes", b -> b.maxAppendBytes(0), b -> b.maxAppendBytes(1)),
        row("maxAppendBytes", b -> b.maxAppendBytes((1 << 30) + 1), b -> b.maxAppendBytes(1 << 30)),
        row("maxInflightAppends", b -> b.maxInflightAppends(0), b -> b.maxInflightAppends(1)),
        row("maxInflightBytes", b -> b.maxInflightBytes(0), b -> b.maxInflightBytes(1)),
        row("maxUncommittedBytes", b -> b.maxUncommittedBytes(0), b -> b.maxUncommittedBytes(1)),
        row(
            "maxUncommittedEntries",
            b -> b.maxUncommittedEntries(0),
            b -> b.maxUncommittedEntries(1)),
        row(
            "maxUncommittedEntries",
            b -> b.maxUncommittedEntries((1 << 30) + 1),
            b -> b.maxUncommittedEntries(1 << 30)),
        row("maxUnstableBytes", b -> b.maxUnstableBytes(0), b -> b.maxUnstableBytes(1)),
        row(
            "maxCommittedBytesPerReady",
            b -> b.maxCommittedBytesPerReady(0),
            b -> b.maxCommittedBytesPerReady(1)),
        row("maxOutstandingReadys", b -> b.maxOutstandingReadys(0), b -> b.maxOutstandingReadys(1)),
        row("maxPersistTicks", b -> b.maxPersistTicks(0), b -> b.maxPersistTicks(1)),
        row("maxOutboxMessages", b -> b.maxOutboxMessages(0), b -> b.maxOutboxMessages(1)),
        row("maxOutboxBytes", b -> b.maxOutboxBytes(0), b -> b.maxOutboxBytes(1)),
        row("priority", b -> b.priority(-1), b -> b.priority(0)),
        row("maxPendingReads", b -> b.maxPendingReads(0), b -> b.maxPendingReads(1)),
        row("readTimeoutTicks", b -> b.readTimeoutTicks(0), b -> b.readTimeoutTicks(1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ranges")
  void aKnobOutOfItsRangeIsNamed(
      String knob, UnaryOperator<RaftConfig.Builder> bad, UnaryOperator<RaftConfig.Builder> good) {
    assertThatThrownBy(() -> bad.apply(RaftConfig.builder(1)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(knob + ": ");
    assertThatCode(() -> good.apply(RaftConfig.builder(1)).build()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void anIdIsPositive(long id) {
    assertThatThrownBy(() -> RaftConfig.builder(id).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("id: at least 1: " + id);
  }

  /** Every knob set to a value that is not its default. */
  private static final RaftObserver OBSERVER = event -> {};

  static Stream<Arguments> settings() {
    return Stream.of(
        setting(b -> b.group(7), RaftConfig::group, 7L),
        setting(b -> b.electionTicks(31), RaftConfig::electionTicks, 31),
        setting(b -> b.heartbeatTicks(3), RaftConfig::heartbeatTicks, 3),
        setting(b -> b.snapshotTicks(77), RaftConfig::snapshotTicks, 77),
        setting(b -> b.seed(-5), RaftConfig::seed, -5L),
        setting(b -> b.incarnation(6), RaftConfig::incarnation, 6L),
        setting(b -> b.maxEntryBytes(23), RaftConfig::maxEntryBytes, 23),
        setting(b -> b.maxAppendBytes(8), RaftConfig::maxAppendBytes, 8),
        setting(b -> b.maxInflightAppends(9), RaftConfig::maxInflightAppends, 9),
        setting(b -> b.maxInflightBytes(10), RaftConfig::maxInflightBytes, 10L),
        setting(b -> b.maxUncommittedBytes(11), RaftConfig::maxUncommittedBytes, 11L),
        setting(b -> b.maxUncommittedEntries(12), RaftConfig::maxUncommittedEntries, 12),
        setting(b -> b.maxUnstableBytes(13), RaftConfig::maxUnstableBytes, 13L),
        setting(b -> b.maxCommittedBytesPerReady(14), RaftConfig::maxCommittedBytesPerReady, 14L),
        setting(b -> b.maxOutstandingReadys(15), RaftConfig::maxOutstandingReadys, 15),
        setting(b -> b.maxPersistTicks(16), RaftConfig::maxPersistTicks, 16),
        setting(b -> b.maxOutboxMessages(17), RaftConfig::maxOutboxMessages, 17),
        setting(b -> b.maxOutboxBytes(18), RaftConfig::maxOutboxBytes, 18L),
        setting(b -> b.forwardProposals(true), RaftConfig::forwardProposals, true),
        setting(b -> b.acceptForwardedProposals(true), RaftConfig::acceptForwardedProposals, true),
        setting(b -> b.preVote(false), RaftConfig::preVote, false),
        setting(b -> b.checkQuorum(false), RaftConfig::checkQuorum, false),
        setting(b -> b.priority(19), RaftConfig::priority, 19L),
        setting(b -> b.stepDownOnRemoval(false), RaftConfig::stepDownOnRemoval, false),
        setting(b -> b.maxPendingReads(21), RaftConfig::maxPendingReads, 21),
        setting(b -> b.readTimeoutTicks(22), RaftConfig::readTimeoutTicks, 22),
        setting(b -> b.observer(OBSERVER), RaftConfig::observer, Optional.of(OBSERVER)));
  }

  private static Arguments setting(
      UnaryOperator<RaftConfig.Builder> set, Function<RaftConfig, Object> get, Object expected) {
    return Arguments.of(set, get, expected);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aKnobIsWhatItIsSetTo(
      UnaryOperator<RaftConfig.Builder> set, Function<RaftConfig, Object> get, Object expected) {
    assertThat(get.apply(set.apply(RaftConfig.builder(1)).build())).isEqualTo(expected);
    assertThat(get.apply(RaftConfig.builder(1).build())).isNotEqualTo(expected);
  }

  @Test
  @SuppressWarnings("unchecked")
  void aConfigurationIsPrintedWithAllItsSettings() throws ReflectiveOperationException {
    RaftConfig.Builder builder = RaftConfig.builder(12);
    for (Arguments row : settings().toList()) {
      builder = ((UnaryOperator<RaftConfig.Builder>) row.get()[0]).apply(builder);
    }
    RaftConfig config = builder.build();

    assertThat(config.toString()).startsWith("RaftConfig[id=12, group=7, ").endsWith("]");
    List<String> printed = new ArrayList<>();
    for (Method knob : knobs()) {
      if (!knob.getName().equals("observer")) {
        Object value = RaftConfig.class.getMethod(knob.getName()).invoke(config);
        printed.add(knob.getName() + "=" + value);
      }
    }
    assertThat(config.toString().replaceAll("RaftConfig\\[id=12, |\\]", "").split(", "))
        .containsExactlyInAnyOrderElementsOf(printed);
  }

  @Test
  void aConfigurationIsPrintedWithoutAnIncarnationThatIsNotSet() {
    assertThat(RaftConfig.builder(1).build().toString()).contains(", incarnation=not set, ");
    assertThat(RaftConfig.builder(1).incarnation(0).build().toString())
        .contains(", incarnation=0, ");
  }

  @Test
  void everyKnobIsInTheseTables() {
    assertThat(settings()).hasSize((int) Arrays.stream(knobs()).count());
  }

  @Test
  void readsTimeOutAfterTwoElectionTimeoutsUnlessSet() {
    assertThat(RaftConfig.builder(1).electionTicks(7).build().readTimeoutTicks()).isEqualTo(14);
  }

  @Test
  void aStuckDiskIsPutUpWithForTenElectionTimeoutsUnlessSet() {
    assertThat(RaftConfig.builder(1).electionTicks(7).build().maxPersistTicks()).isEqualTo(70);
    assertThat(RaftConfig.builder(1).electionTicks(1 << 29).build().maxPersistTicks())
        .isGreaterThan(1 << 30);
  }

  static Method[] knobs() {
    return Arrays.stream(RaftConfig.Builder.class.getDeclaredMethods())
        .filter(
            method -> method.getReturnType() == RaftConfig.Builder.class && !method.isSynthetic())
        .toArray(Method[]::new);
  }
}
