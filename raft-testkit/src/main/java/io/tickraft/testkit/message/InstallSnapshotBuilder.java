package io.tickraft.testkit.message;

import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;

/** A leader's snapshot. */
public final class InstallSnapshotBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final InstallSnapshot body;

  InstallSnapshotBuilder(Envelope envelope, InstallSnapshot body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the number of the leader's attempt at sending a snapshot; by default 1.
   *
   * @param attempt the number, from 1
   * @return a changed copy
   */
  public InstallSnapshotBuilder attempt(long attempt) {
    return with(body.toBuilder().setAttempt(attempt));
  }

  private InstallSnapshotBuilder with(InstallSnapshot.Builder changed) {
    return new InstallSnapshotBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setInstallSnapshot(body).build();
  }
}
