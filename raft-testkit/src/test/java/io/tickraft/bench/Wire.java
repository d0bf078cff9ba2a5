package io.tickraft.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
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
      // As a host that reads each frame into an array of its own.
      return codec.parse(UnsafeByteOperations.unsafeWrap(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a message", e);
    }
  }
}
