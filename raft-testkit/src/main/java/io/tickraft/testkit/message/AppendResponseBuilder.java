package io.tickraft.testkit.message;

import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;

/** An answer to an append. With no result set it says "only my term". */
public final class AppendResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final AppendResponse body;

  AppendResponseBuilder(Envelope envelope, AppendResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Says that the sender's log matches, durably.
   *
   * @param match the last index that matches
   * @return a changed copy
   */
  public AppendResponseBuilder accepted(long match) {
    return with(
        body.toBuilder().setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match).build()));
  }

  /**
   * Says that the sender's log does not hold what the entries follow.
   *
   * @param prevIndex the index that they follow
   * @param hintTerm the term of the last entry that may match
   * @param hintIndex the index of that entry
   * @return a changed copy
   */
  public AppendResponseBuilder rejected(long prevIndex, long hintTerm, long hintIndex) {
    return with(
        body.toBuilder()
            .setRejected(
                AppendResponse.Rejected.newBuilder()
                    .setPrevIndex(prevIndex)
                    .setHint(Values.id(hintTerm, hintIndex))
                    .build()));
  }

  /**
   * Says that the sender has no configuration yet and takes a snapshot only.
   *
   * @param prevIndex the index that the rejected entries follow
   * @return a changed copy
   */
  public AppendResponseBuilder wantsSnapshot(long prevIndex) {
    return with(
        body.toBuilder()
            .setRejected(
                AppendResponse.Rejected.newBuilder()
                    .setPrevIndex(prevIndex)
                    .setWantsSnapshot(true)
                    .build()));
  }

  /**
   * Sets the sender's commit index; 0 unless set.
   *
   * @param index the index
   * @return a changed copy
   */
  public AppendResponseBuilder commit(long index) {
    return with(body.toBuilder().setCommit(index));
  }

  private AppendResponseBuilder with(AppendResponse.Builder changed) {
    return new AppendResponseBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setAppendResponse(body).build();
  }
}
