package io.tickraft.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.proto.Message;

/** Encodes and parses the messages of the encoded rows: the only place that chooses a codec. */
final class Wire {

  private Wire() {}

  static byte[] encode(Message message) {
    return message.toByteArray();
  }

  static Message parse(byte[] bytes) {
    try {
      return Message.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a message", e);
    }
  }
}
