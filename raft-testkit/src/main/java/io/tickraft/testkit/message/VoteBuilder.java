package io.tickraft.testkit.message;

import io.tickraft.proto.Message;
import io.tickraft.proto.Vote;

/** A candidate's vote request. */
public final class VoteBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final Vote body;

  VoteBuilder(Envelope envelope, Vote body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the sender's last log entry; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public VoteBuilder last(long term, long index) {
    return with(body.toBuilder().setLast(Values.id(term, index)));
  }

  /**
   * Sets the entry at the sender's commit index; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public VoteBuilder committed(long term, long index) {
    return with(body.toBuilder().setCommit(Values.id(term, index)));
  }

  /**
   * Sets the sender's election priority; by default 0.
   *
   * @param priority the priority
   * @return a changed copy
   */
  public VoteBuilder priority(long priority) {
    return with(body.toBuilder().setPriority(priority));
  }

  /**
   * Marks the campaign as ordered by the leader, for a leadership transfer.
   *
   * @return a changed copy
   */
  public VoteBuilder transfer() {
    return with(body.toBuilder().setTransfer(true));
  }

  private VoteBuilder with(Vote.Builder changed) {
    return new VoteBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setVote(body).build();
  }
}
