package io.tickraft.testkit.message;

import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;

/** A leader's sign of life. */
public final class HeartbeatBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final Heartbeat body;

  HeartbeatBuilder(Envelope envelope, Heartbeat body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets how much of what the receiver holds is committed; 0 unless set.
   *
   * @param index an index
   * @return a changed copy
   */
  public HeartbeatBuilder commit(long index) {
    return with(body.toBuilder().setCommit(index));
  }

  /**
   * Sets the round of heartbeats; 0 unless set.
   *
   * @param round the round
   * @return a changed copy
   */
  public HeartbeatBuilder round(long round) {
    return with(body.toBuilder().setRound(round));
  }

  /**
   * Says that the leader means to stop sending heartbeats.
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
