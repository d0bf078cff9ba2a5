package io.tickraft.testkit.message;

import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;

/** A leader's heartbeat. */
public final class HeartbeatBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final Heartbeat body;

  HeartbeatBuilder(Envelope envelope, Heartbeat body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the commit index; by default 0. A leader sends at most the receiver's match index.
   *
   * @param index the index
   * @return a changed copy
   */
  public HeartbeatBuilder commit(long index) {
    return with(body.toBuilder().setCommit(index));
  }

  /**
   * Sets the number of the round of heartbeats; by default 0.
   *
   * @param round the round
   * @return a changed copy
   */
  public HeartbeatBuilder round(long round) {
    return with(body.toBuilder().setRound(round));
  }

  /**
   * Sets the field {@code quiesce}, which no node sends yet.
   *
   * @return a changed copy
   */
  public HeartbeatBuilder quiesce() {
    return with(body.toBuilder().setQuiesce(true));
  }

  private HeartbeatBuilder with(Heartbeat.Builder changed) {
    return new HeartbeatBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setHeartbeat(body).build();
  }
}
