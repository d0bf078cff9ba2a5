package io.tickraft.testkit.message;

import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import java.util.Arrays;
import java.util.List;

/** An append: a leader's message with entries, or with none. */
public final class AppendBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final Append body;

  AppendBuilder(Envelope envelope, Append body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the entry right before the new entries; by default (0,0), the start of the log.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public AppendBuilder prev(long term, long index) {
    return with(body.toBuilder().setPrev(Values.id(term, index)));
  }

  /**
   * Sets the entries; by default none.
   *
   * @param entries the entries
   * @return a changed copy
   */
  public AppendBuilder entries(Entry... entries) {
    return with(body.toBuilder().clearEntries().addAllEntries(Arrays.asList(entries)));
  }

  /**
   * Sets the entries; by default none.
   *
   * @param entries the entries, for example from {@link Values#entries}
   * @return a changed copy
   */
  public AppendBuilder entries(List<Entry> entries) {
    return with(body.toBuilder().clearEntries().addAllEntries(entries));
  }

  /**
   * Sets the leader's commit index; by default 0.
   *
   * @param index the index
   * @return a changed copy
   */
  public AppendBuilder commit(long index) {
    return with(body.toBuilder().setCommit(index));
  }

  /**
   * Asks the receiver to send no answer if it accepts the append; by default it answers.
   *
   * @return a changed copy
   */
  public AppendBuilder needsNoAnswer() {
    return with(body.toBuilder().setNeedsNoAnswer(true));
  }

  private AppendBuilder with(Append.Builder changed) {
    return new AppendBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setAppend(body).build();
  }
}
