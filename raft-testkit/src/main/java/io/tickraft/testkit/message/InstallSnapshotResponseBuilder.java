package io.tickraft.testkit.message;

import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.SnapshotRefuseReason;

/** An answer to a snapshot. With no result set it says "only my term". */
public final class InstallSnapshotResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final InstallSnapshotResponse body;

  InstallSnapshotResponseBuilder(Envelope envelope, InstallSnapshotResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the attempt that is answered; 0 unless set.
   *
   * @param attempt the attempt
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder attempt(long attempt) {
    return with(body.toBuilder().setAttempt(attempt));
  }

  /**
   * Sets the last entry that the snapshot covers; none unless set.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder snapshot(long term, long index) {
    return with(body.toBuilder().setSnapshot(Values.id(term, index)));
  }

  /**
   * Says that the sender's state is durable.
   *
   * @param match the index up to which it is
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder installed(long match) {
    return with(
        body.toBuilder()
            .setInstalled(InstallSnapshotResponse.Installed.newBuilder().setMatch(match).build()));
  }

  /**
   * Says that the sender is as it was.
   *
   * @param reason why
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder refused(SnapshotRefuseReason reason) {
    return with(
        body.toBuilder()
            .setRefused(InstallSnapshotResponse.Refused.newBuilder().setReason(reason).build()));
  }

  private InstallSnapshotResponseBuilder with(InstallSnapshotResponse.Builder changed) {
    return new InstallSnapshotResponseBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setInstallSnapshotResponse(body).build();
  }
}
