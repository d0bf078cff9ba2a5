package io.tickraft.testkit.tables;

import io.tickraft.core.DropReason;
import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A row of a table: a state, a message that arrives in it, and all that comes of it.
 *
 * <pre>{@code
 * on(FOLLOWER, vote(from(3, 6)).last(4, 4).transfer())
 *     .later("1→3 VoteResponse t6 granted committed (2,3)")
 *     .state("follower", "term 6", "vote 3", "waits anew");
 * }</pre>
 *
 * <p>What a row does not name does not happen: it sends nothing, drops nothing, tells the host
 * nothing and changes nothing. A row that names nothing at all says so with {@link #nothing()}.
 */
final class Row {

  private final String place;
  private final State state;
  private final Message input;
  private final List<Case> cases = new ArrayList<>();

  /** What happens with some switches. */
  private record Case(Predicate<Switches> applies, Expected expected) {}

  /** What a row names. */
  static final class Expected {
    final List<String> now = new ArrayList<>();
    final List<String> later = new ArrayList<>();
    final List<String> drops = new ArrayList<>();
    final List<String> tells = new ArrayList<>();
    final List<String> state = new ArrayList<>();
    boolean nothing;

    boolean isComplete() {
      boolean named =
          !(now.isEmpty()
              && later.isEmpty()
              && drops.isEmpty()
              && tells.isEmpty()
              && state.isEmpty());
      return nothing != named;
    }
  }

  Row(String place, State state, MessageBuilder input) {
    this.place = place;
    this.state = state;
    this.input = input.build();
    cases.add(new Case(switches -> true, new Expected()));
  }

  // What comes of it.

  /** These messages may leave at once. */
  Row now(String... messages) {
    last().now.addAll(List.of(messages));
    return this;
  }

  /** These messages leave when what goes with them is persisted. */
  Row later(String... messages) {
    last().later.addAll(List.of(messages));
    return this;
  }

  /** The message is dropped. */
  Row drops(DropReason reason) {
    last().drops.add(reason.name());
    return this;
  }

  /** The host gets these outcomes. */
  Row tells(String... outcomes) {
    last().tells.addAll(List.of(outcomes));
    return this;
  }

  /** These facts are new. */
  Row state(String... facts) {
    last().state.addAll(List.of(facts));
    return this;
  }

  /** Nothing that could be seen happens. */
  Row nothing() {
    last().nothing = true;
    return this;
  }

  // With which switches.

  /** Without the quorum check, the following happens instead. */
  Row withoutQuorumCheck() {
    return with(switches -> !switches.quorumCheck());
  }

  /** Without pre-vote, the following happens instead. */
  Row withoutPreVote() {
    return with(switches -> !switches.preVote());
  }

  /** With neither, the following happens instead. */
  Row withoutBoth() {
    return with(switches -> !switches.preVote() && !switches.quorumCheck());
  }

  private Row with(Predicate<Switches> applies) {
    cases.add(new Case(applies, new Expected()));
    return this;
  }

  private Expected last() {
    return cases.get(cases.size() - 1).expected;
  }

  // For the one who checks it.

  State state() {
    return state;
  }

  Message input() {
    return input;
  }

  boolean isComplete() {
    return cases.stream().allMatch(each -> each.expected.isComplete());
  }

  /** Returns what is expected with some switches: what the row says last about them. */
  Expected expected(Switches switches) {
    Expected expected = last();
    for (Case each : cases) {
      if (each.applies.test(switches)) {
        expected = each.expected;
      }
    }
    return expected;
  }

  @Override
  public String toString() {
    return state + " ← " + RaftText.of(input) + " (" + place + ")";
  }
}
