package io.tickraft.testkit.message;

import io.tickraft.proto.Message;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;

/** An answer to a vote request. Without a result it is malformed. */
public final class VoteResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final VoteResponse body;

  VoteResponseBuilder(Envelope envelope, VoteResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Grants the vote.
   *
   * @return a changed copy
   */
  public VoteResponseBuilder granted() {
    return with(body.toBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()));
  }

  /**
   * Rejects the vote request.
   *
   * @param reason the reason
   * @return a changed copy
   */
  public VoteResponseBuilder rejected(VoteRejectReason reason) {
    return with(
        body.toBuilder().setRejected(VoteResponse.Rejected.newBuilder().setReason(reason).build()));
  }

  /**
   * Sets the entry at the sender's commit index; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public VoteResponseBuilder committed(long term, long index) {
    return with(body.toBuilder().setCommit(Values.id(term, index)));
  }

  private VoteResponseBuilder with(VoteResponse.Builder changed) {
    return new VoteResponseBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setVoteResponse(body).build();
  }
}
