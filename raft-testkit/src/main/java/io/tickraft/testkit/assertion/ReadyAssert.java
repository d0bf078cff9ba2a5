package io.tickraft.testkit.assertion;

import io.tickraft.core.Outcome;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.message.MessageBuilder;
import io.tickraft.testkit.message.Values;
import java.util.Arrays;
import java.util.List;

/** Assertions about a Ready. */
public final class ReadyAssert extends RaftAssert<ReadyAssert, Ready> {

  ReadyAssert(Ready actual) {
    super(actual, ReadyAssert.class);
  }

  @Override
  String text(Ready whole) {
    return RaftText.of(whole);
  }

  // What to persist.

  /**
   * Checks the entries to persist.
   *
   * @param expected all of them; may be empty
   * @return this
   */
  public ReadyAssert hasEntries(Entry... expected) {
    return hasEntries(Arrays.asList(expected));
  }

  /**
   * Checks the entries to persist.
   *
   * @param expected all of them
   * @return this
   */
  public ReadyAssert hasEntries(List<Entry> expected) {
    isNotNull();
    return hasList("entries to persist", expected, actual.entries(), RaftText::of);
  }

  /**
   * Checks that there are no entries to persist.
   *
   * @return this
   */
  public ReadyAssert hasNoEntries() {
    return hasEntries();
  }

  /**
   * Checks the hard state to persist.
   *
   * @param term the term
   * @param vote the vote; 0: none
   * @param commit the commit index
   * @return this
   */
  public ReadyAssert hasHardState(long term, long vote, long commit) {
    return hardState(RaftText.of(Values.hardState(term, vote, commit)));
  }

  /**
   * Checks that there is no hard state to persist.
   *
   * @return this
   */
  public ReadyAssert hasNoHardState() {
    return hardState("none");
  }

  private ReadyAssert hardState(String expected) {
    isNotNull();
    return has("hard state", expected, actual.hardState().map(RaftText::of).orElse("none"));
  }

  /**
   * Checks the snapshot to persist and to restore, by the last entry that it covers.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return this
   */
  public ReadyAssert hasSnapshot(long term, long index) {
    return snapshot("(" + term + "," + index + ")");
  }

  /**
   * Checks that there is no snapshot to persist.
   *
   * @return this
   */
  public ReadyAssert hasNoSnapshot() {
    return snapshot("none");
  }

  private ReadyAssert snapshot(String expected) {
    isNotNull();
    String found =
        actual
            .snapshot()
            .map(snapshot -> snapshot.getMetadata())
            .map(metadata -> "(" + metadata.getTerm() + "," + metadata.getIndex() + ")")
            .orElse("none");
    return has("snapshot", expected, found);
  }

  /**
   * Checks that the host must sync the write.
   *
   * @return this
   */
  public ReadyAssert mustSync() {
    isNotNull();
    return has("must sync", true, actual.mustSync());
  }

  /**
   * Checks that the host need not sync the write.
   *
   * @return this
   */
  public ReadyAssert needNotSync() {
    isNotNull();
    return has("must sync", false, actual.mustSync());
  }

  // What to send.

  /**
   * Checks the messages to send before the write. Only the order of messages to the same node
   * counts.
   *
   * @param expected all of them; may be empty
   * @return this
   */
  public ReadyAssert sends(MessageBuilder... expected) {
    isNotNull();
    return messages("messages to send before the write", expected, actual.messages());
  }

  /**
   * Checks that there is no message to send before the write.
   *
   * @return this
   */
  public ReadyAssert sendsNothing() {
    return sends();
  }

  /**
   * Checks the messages to send after the write. Only the order of messages to the same node
   * counts.
   *
   * @param expected all of them; may be empty
   * @return this
   */
  public ReadyAssert sendsAfterPersist(MessageBuilder... expected) {
    isNotNull();
    return messages("messages to send after the write", expected, actual.messagesAfterPersist());
  }

  /**
   * Checks that there is no message to send after the write.
   *
   * @return this
   */
  public ReadyAssert sendsNothingAfterPersist() {
    return sendsAfterPersist();
  }

  private ReadyAssert messages(String what, MessageBuilder[] expected, List<Message> found) {
    return hasList(
        what,
        MessagesAssert.byReceiver(MessagesAssert.built(expected)),
        MessagesAssert.byReceiver(found),
        RaftText::of);
  }

  // What to apply.

  /**
   * Checks the committed entries to apply.
   *
   * @param expected all of them; may be empty
   * @return this
   */
  public ReadyAssert hasCommittedEntries(Entry... expected) {
    return hasCommittedEntries(Arrays.asList(expected));
  }

  /**
   * Checks the committed entries to apply.
   *
   * @param expected all of them
   * @return this
   */
  public ReadyAssert hasCommittedEntries(List<Entry> expected) {
    isNotNull();
    return hasList("entries to apply", expected, actual.committedEntries(), RaftText::of);
  }

  /**
   * Checks that there are no committed entries to apply.
   *
   * @return this
   */
  public ReadyAssert hasNoCommittedEntries() {
    return hasCommittedEntries();
  }

  /**
   * Checks the results of reads.
   *
   * @param expected all results, in order; may be empty
   * @return this
   */
  public ReadyAssert hasReadStates(ReadState... expected) {
    isNotNull();
    return hasList("results of reads", Arrays.asList(expected), actual.readStates(), RaftText::of);
  }

  /**
   * Checks the outcomes: ended transfers and impossible membership changes.
   *
   * @param expected all outcomes, in order; may be empty
   * @return this
   */
  public ReadyAssert hasOutcomes(Outcome... expected) {
    isNotNull();
    return hasList("outcomes", Arrays.asList(expected), actual.outcomes(), RaftText::of);
  }

  /**
   * Checks the configuration that is in effect after the Ready is applied.
   *
   * @param expected the configuration
   * @return this
   */
  public ReadyAssert hasConfState(ConfState expected) {
    isNotNull();
    return has(
        "configuration",
        RaftText.of(expected),
        actual.confState().map(RaftText::of).orElse("none"));
  }
}
