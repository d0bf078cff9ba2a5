package io.tickraft.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;

/** Encodes and parses the messages of the encoded rows: the only place that chooses a codec. */
final class Wire {

  private final MessageCodec codec = new MessageCodec();

  byte[] encode(Message message) {
    return codec.encode(message);
  }

  Message parse(byte[] bytes) {
    try {
      return codec.parse(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a message", e);
    }
  }
}
