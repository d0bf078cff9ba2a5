package io.tickraft.testkit.message;

import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;

/** An answer to an append. Without a result it only reports the sender's term. */
public final class AppendResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final AppendResponse body;

  AppendResponseBuilder(Envelope envelope, AppendResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Accepts the append: the sender's log is persisted and matches the leader's up to an index.
   *
   * @param match that index
   * @return a changed copy
   */
  public AppendResponseBuilder accepted(long match) {
    return with(
        body.toBuilder().setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match).build()));
  }

  /**
   * Rejects the append: the sender's log lacks the entry right before the new entries.
   *
   * @param prevIndex the index of that entry
   * @param hintTerm the term of the last entry that may match
   * @param hintIndex the index of the last entry that may match
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
   * Rejects the append: the sender has no configuration yet and needs a snapshot.
   *
   * @param prevIndex the index right before the rejected entries
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
   * Sets the sender's persisted commit index; by default 0.
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
