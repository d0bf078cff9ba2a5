package io.tickraft.testkit.message;

import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;

/** The question whether a vote would be granted. */
public final class PreVoteBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final PreVote body;

  PreVoteBuilder(Envelope envelope, PreVote body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the term of the campaign that is asked about; 0, which is malformed, unless set.
   *
   * @param term the term
   * @return a changed copy
   */
  public PreVoteBuilder campaignTerm(long term) {
    return with(body.toBuilder().setCampaignTerm(term));
  }

  /**
   * Sets the sender's last log entry; none unless set.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public PreVoteBuilder last(long term, long index) {
    return with(body.toBuilder().setLast(Values.id(term, index)));
  }

  /**
   * Sets the entry at the sender's commit index; none unless set.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public PreVoteBuilder committed(long term, long index) {
    return with(body.toBuilder().setCommit(Values.id(term, index)));
  }

  /**
   * Sets the sender's election priority; 0 unless set.
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
