package io.tickraft.testkit.message;

import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;

/** A pre-vote request: asks whether the receiver would grant a vote (thesis 9.6). */
public final class PreVoteBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final PreVote body;

  PreVoteBuilder(Envelope envelope, PreVote body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the term of the campaign that the sender wants to start; by default 0, which is malformed.
   *
   * @param term the term
   * @return a changed copy
   */
  public PreVoteBuilder campaignTerm(long term) {
    return with(body.toBuilder().setCampaignTerm(term));
  }

  /**
   * Sets the sender's last log entry; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public PreVoteBuilder last(long term, long index) {
    return with(body.toBuilder().setLast(Values.id(term, index)));
  }

  /**
   * Sets the entry at the sender's commit index; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public PreVoteBuilder committed(long term, long index) {
    return with(body.toBuilder().setCommit(Values.id(term, index)));
  }

  /**
   * Sets the sender's election priority; by default 0.
   *
   * @param priority the priority
   * @return a changed copy
   */
  public PreVoteBuilder priority(long priority) {
    return with(body.toBuilder().setPriority(priority));
  }

  private PreVoteBuilder with(PreVote.Builder changed) {
    return new PreVoteBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setPreVote(body).build();
  }
}
