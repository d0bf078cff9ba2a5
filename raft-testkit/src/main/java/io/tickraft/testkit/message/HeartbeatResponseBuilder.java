package io.tickraft.testkit.message;

import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;

/** An answer to a heartbeat. With round 0 it only reports the sender's term. */
public final class HeartbeatResponseBuilder extends MessageBuilder {

  private final Envelope envelope;
  private final HeartbeatResponse body;

  HeartbeatResponseBuilder(Envelope envelope, HeartbeatResponse body) {
    this.envelope = envelope;
    this.body = body;
  }

  /**
   * Sets the round that is answered; by default 0.
   *
   * @param round the round
   * @return a changed copy
   */
  public HeartbeatResponseBuilder round(long round) {
    return with(body.toBuilder().setRound(round));
  }

  /**
   * Sets the field {@code quiesced}, which no node sends yet.
   *
   * @return a changed copy
   */
  public HeartbeatResponseBuilder quiesced() {
    return with(body.toBuilder().setQuiesced(true));
  }

  private HeartbeatResponseBuilder with(HeartbeatResponse.Builder changed) {
    return new HeartbeatResponseBuilder(envelope, changed.build());
  }

  @Override
  public Message build() {
    return envelope.message().setHeartbeatResponse(body).build();
  }
}
