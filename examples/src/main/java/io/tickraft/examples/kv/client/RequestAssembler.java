package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.redis.ArrayHeaderRedisMessage;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.BulkStringHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringRedisContent;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.InlineCommandRedisMessage;
import io.netty.handler.codec.redis.LastBulkStringRedisContent;
import io.netty.handler.codec.redis.RedisMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Assembles requests from the pieces that the decoder reads from a connection.
 *
 * <p>Netty's aggregators are not used: they close the connection if a value is too large, but Redis
 * answers with an error and keeps the connection. This class reads such a value to its end and
 * drops each piece.
 */
final class RequestAssembler {

  /** As in Redis. */
  private static final int MAX_ARGUMENTS = 1 << 20;

  /** The bytes allocated at a value's header: a client could send headers without the values. */
  private static final int FIRST_PIECE_BYTES = 16 << 10;

  private final int maxValueBytes;
  private final long maxRequestBytes;

  /** The number of arguments that are still to come in the current request; 0 between requests. */
  private int missing;

  private List<ByteString> args = new ArrayList<>();
  private boolean tooLarge;
  private long requestBytes;
  private byte[] value = new byte[0];
  private int valueBytes;
  private int valueLength;
  private boolean dropValue;

  RequestAssembler(int maxValueBytes, long maxRequestBytes) {
    this.maxValueBytes = maxValueBytes;
    this.maxRequestBytes = maxRequestBytes;
  }

  /** {@return whether a request has started but is not complete} */
  boolean isInside() {
    return missing > 0;
  }

  /**
   * Adds the next piece.
   *
   * @return a request, if the piece completes one
   * @throws ProtocolException if the pieces are not a valid request
   */
  Optional<Request> add(RedisMessage piece) throws ProtocolException {
    if (piece instanceof BulkStringHeaderRedisMessage header) {
      begin(header);
      return Optional.empty();
    }
    if (piece instanceof FullBulkStringRedisMessage whole) {
      checkInside("$");
      if (whole.isNull()) {
        throw new ProtocolException("invalid bulk length");
      }
      return argument(ByteString.EMPTY);
    }
    if (piece instanceof BulkStringRedisContent content) {
      return content(content.content(), piece instanceof LastBulkStringRedisContent);
    }
    if (piece instanceof ArrayHeaderRedisMessage header) {
      return array(header.length());
    }
    if (piece instanceof ArrayRedisMessage) {
      return array(0);
    }
    if (piece instanceof InlineCommandRedisMessage inline) {
      return inline(inline.content());
    }
    throw new ProtocolException("expected '$', got something else");
  }

  private Optional<Request> array(long length) throws ProtocolException {
    if (isInside()) {
      throw new ProtocolException("expected '$', got '*'");
    }
    if (length > MAX_ARGUMENTS) {
      throw new ProtocolException("invalid multibulk length");
    }
    missing = (int) Math.max(0, length);
    return Optional.empty();
  }

  private Optional<Request> inline(String line) throws ProtocolException {
    if (isInside()) {
      char first = line.isEmpty() ? ' ' : line.charAt(0);
      throw new ProtocolException("expected '$', got '" + first + "'");
    }
    List<ByteString> words = new ArrayList<>();
    for (String word : line.trim().split("\\s+", -1)) {
      if (!word.isEmpty()) {
        words.add(ByteString.copyFrom(word, StandardCharsets.UTF_8));
      }
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(new Request(words, false));
  }

  private void checkInside(String got) throws ProtocolException {
    if (!isInside()) {
      throw new ProtocolException("expected '*', got '" + got + "'");
    }
  }

  private void begin(BulkStringHeaderRedisMessage header) throws ProtocolException {
    checkInside("$");
    valueLength = header.bulkStringLength();
    valueBytes = 0;
    dropValue =
        tooLarge || valueLength > maxValueBytes || requestBytes + valueLength > maxRequestBytes;
    value = new byte[dropValue ? 0 : Math.min(valueLength, FIRST_PIECE_BYTES)];
  }

  private Optional<Request> content(ByteBuf piece, boolean last) {
    if (!dropValue) {
      int size = piece.readableBytes();
      if (valueBytes + size > value.length) {
        long doubled = Math.max(2L * value.length, valueBytes + (long) size);
        value = Arrays.copyOf(value, (int) Math.min(doubled, valueLength));
      }
      piece.getBytes(piece.readerIndex(), value, valueBytes, size);
      valueBytes += size;
    }
    if (!last) {
      return Optional.empty();
    }
    if (dropValue) {
      tooLarge = true;
      return argument(ByteString.EMPTY);
    }
    requestBytes += valueBytes;
    return argument(UnsafeByteOperations.unsafeWrap(value));
  }

  private Optional<Request> argument(ByteString argument) {
    args.add(argument);
    missing--;
    if (missing > 0) {
      return Optional.empty();
    }
    Request request = new Request(args, tooLarge);
    args = new ArrayList<>();
    tooLarge = false;
    requestBytes = 0;
    value = new byte[0];
    return Optional.of(request);
  }
}
