package io.tickraft.testkit.oracle;

import io.tickraft.core.Outcome;
import io.tickraft.core.ReadState;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Ready that holds what a test says. */
final class ReadyOf {
  private final long number;
  private Optional<HardState> hardState = Optional.empty();
  private List<Entry> entries = List.of();
  private Optional<Snapshot> snapshot = Optional.empty();
  private boolean mustSync;
  private final List<Message> messages = new ArrayList<>();
  private final List<Message> later = new ArrayList<>();
  private List<Entry> committed = List.of();
  private Optional<ConfState> confState = Optional.empty();
  private final List<ReadState> reads = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  ReadyOf(long number) {
    this.number = number;
  }

  ReadyOf hardState(long term, long vote, long commit) {
    hardState =
        Optional.of(HardState.newBuilder().setTerm(term).setVote(vote).setCommit(commit).build());
    return this;
  }

  ReadyOf entries(Entry... theirs) {
    entries = List.of(theirs);
    return this;
  }

  ReadyOf snapshot(Snapshot its) {
    snapshot = Optional.of(its);
    return this;
  }

  ReadyOf sync() {
    mustSync = true;
    return this;
  }

  ReadyOf now(Message message) {
    messages.add(message);
    return this;
  }

  ReadyOf later(Message message) {
    later.add(message);
    return this;
  }

  ReadyOf committed(Entry... theirs) {
    committed = List.of(theirs);
    return this;
  }

  ReadyOf confState(ConfState its) {
    confState = Optional.of(its);
    return this;
  }

  ReadyOf read(ReadState its) {
    reads.add(its);
    return this;
  }

  ReadyOf outcome(Outcome its) {
    outcomes.add(its);
    return this;
  }

  ReadyView view() {
    return new ReadyView(
        number, hardState, entries, snapshot, mustSync, messages, later, committed, confState,
        reads, outcomes);
  }
}
