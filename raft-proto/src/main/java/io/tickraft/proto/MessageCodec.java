package io.tickraft.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Objects;

/**
 * Encodes and parses messages with the same results as the generated classes, but allocates less
 * and usually takes less time. The codec has its own code for the messages of normal operation:
 * {@link Append}, {@link Heartbeat}, {@link HeartbeatResponse}, and {@link AppendResponse}s that
 * accept or that have no result. The generated classes handle everything else, such as unknown
 * fields and malformed bytes.
 *
 * <p>Not thread-safe: use one codec for each thread. A codec can be used again after an exception,
 * and keeps no reference to a message or to its bytes.
 *
 * <p>Protobuf has no checksum. Damaged bytes can be a valid message, and so can zero bytes: a
 * message without a body, which a node drops. So a transport must check its frames with a checksum
 * of its own.
 */
public final class MessageCodec {

  private final MessageParser parser = new MessageParser();
  private final MessageWriter writer = new MessageWriter();
  private final ArrayFinder finder = new ArrayFinder();

  /** Creates a codec. */
  public MessageCodec() {}

  /**
   * Parses a message. The message copies what it needs: the caller may use the array again.
   *
   * @param bytes exactly one message
   * @return the message
   * @throws InvalidProtocolBufferException if the bytes are not valid protobuf
   */
  public Message parse(byte[] bytes) throws InvalidProtocolBufferException {
    return parse(Objects.requireNonNull(bytes, "bytes"), 0, bytes.length);
  }

  /**
   * Parses a message. The message copies what it needs: the caller may use the array again.
   *
   * @param bytes contains the message
   * @param offset where the message begins
   * @param length the size of the message in bytes
   * @return the message
   * @throws InvalidProtocolBufferException if the bytes are not valid protobuf
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public Message parse(byte[] bytes, int offset, int length) throws InvalidProtocolBufferException {
    Objects.requireNonNull(bytes, "bytes");
    Objects.checkFromIndexSize(offset, length, bytes.length);
    try {
      return parser.parse(bytes, offset, length, false);
    } catch (UnexpectedBytesException e) {
      return Message.parser().parseFrom(bytes, offset, length);
    }
  }

  /**
   * Parses a message. The data of an append's entries are usually views of the given bytes, not
   * copies: an entry with data that is kept then keeps all bytes of the message in memory. The data
   * may also be copied, for example if the message has unknown fields.
   *
   * <p>A host that never writes to a received array again can wrap it with {@link
   * UnsafeByteOperations#unsafeWrap(byte[])} and pass the result.
   *
   * @param bytes exactly one message
   * @return the message
   * @throws InvalidProtocolBufferException if the bytes are not valid protobuf
   */
  public Message parse(ByteString bytes) throws InvalidProtocolBufferException {
    Objects.requireNonNull(bytes, "bytes");
    try {
      if (finder.find(bytes)) {
        return parser.parse(finder.array(), finder.offset(), bytes.size(), true);
      }
      byte[] copy = bytes.toByteArray();
      return parser.parse(copy, 0, copy.length, true);
    } catch (UnexpectedBytesException e) {
      return Message.parseFrom(bytes);
    } finally {
      finder.forget();
    }
  }

  /**
   * Encodes a message.
   *
   * @param message the message
   * @return a new array, equal to {@link Message#toByteArray()}
   */
  public byte[] encode(Message message) {
    Objects.requireNonNull(message, "message");
    return switch (message.getBodyCase()) {
      case APPEND, APPEND_RESPONSE, HEARTBEAT, HEARTBEAT_RESPONSE -> {
        byte[] bytes = new byte[message.getSerializedSize()];
        // Fewer bytes: there is a field, perhaps an unknown one, that is not written here.
        yield writer.write(message, bytes) == bytes.length ? bytes : message.toByteArray();
      }
      default -> message.toByteArray();
    };
  }
}
