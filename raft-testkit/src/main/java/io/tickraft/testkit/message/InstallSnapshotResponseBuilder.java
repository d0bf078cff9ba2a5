package io.tickraft.testkit.message;

import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.SnapshotRefuseReason;

/** An answer to a snapshot. Without a result it only reports the sender's term. */
public final class InstallSnapshotResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final InstallSnapshotResponse body;

  InstallSnapshotResponseBuilder(Envelope envelope, InstallSnapshotResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the number of the attempt that is answered; by default 0.
   *
   * @param attempt the number
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder attempt(long attempt) {
    return with(body.toBuilder().setAttempt(attempt));
  }

  /**
   * Sets the last entry that the snapshot covers; by default none.
   *
   * @param term the entry's term
   * @param index the entry's index
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder snapshot(long term, long index) {
    return with(body.toBuilder().setSnapshot(Values.id(term, index)));
  }

  /**
   * Reports that the snapshot is installed: the sender's state is persisted up to an index.
   *
   * @param match that index
   * @return a changed copy
   */
  public InstallSnapshotResponseBuilder installed(long match) {
    return with(
        body.toBuilder()
            .setInstalled(InstallSnapshotResponse.Installed.newBuilder().setMatch(match).build()));
  }

  /**
   * Refuses the snapshot: the sender's state is unchanged.
   *
   * @param reason the reason
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
