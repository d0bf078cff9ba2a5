package io.tickraft.testkit.message;

import io.tickraft.proto.Message;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.VoteRejectReason;

/** An answer to a pre-vote request. Without a result it is malformed. */
public final class PreVoteResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final PreVoteResponse body;

  PreVoteResponseBuilder(Envelope envelope, PreVoteResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the campaign term of the request; by default 0, which is malformed.
   *
   * @param term the term
   * @return a changed copy
   */
  public PreVoteResponseBuilder campaignTerm(long term) {
    return with(body.toBuilder().setCampaignTerm(term));
  }

  /**
   * Grants the pre-vote.
   *
   * @return a changed copy
   */
  public PreVoteResponseBuilder granted() {
    return with(body.toBuilder().setGranted(PreVoteResponse.Granted.getDefaultInstance()));
  }

  /**
   * Rejects the pre-vote.
   *
   * @param reason the reason
   * @return a changed copy
   */
  public PreVoteResponseBuilder rejected(VoteRejectReason reason) {
    return with(
        body.toBuilder()
            .setRejected(PreVoteResponse.Rejected.newBuilder().setReason(reason).build()));
  }

  /**
   * Sets the entry at the sender's commit index; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public PreVoteResponseBuilder committed(long term, long index) {
    return with(body.toBuilder().setCommit(Values.id(term, index)));
  }

  private PreVoteResponseBuilder with(PreVoteResponse.Builder changed) {
    return new PreVoteResponseBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setPreVoteResponse(body).build();
  }
}
