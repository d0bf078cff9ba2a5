package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests from the bytes of a connection: arrays of bulk strings, or lines of words. The
 * memory for a request is taken from the connection's account before it is used.
 *
 * <p>If a value exceeds a limit, the reader reads it to its end and keeps nothing of it: as in
 * Redis, the request is answered with an error and the connection stays open.
 */
final class RequestReader {

  /** As in Redis. */
  private static final int MAX_ARGUMENTS = 1 << 20;

  private static final int MAX_LINE_BYTES = 64 << 10;
  private static final int MAX_BULK_BYTES = 512 << 20;

  /** The usual length of a line: the buffer for longer ones is counted. */
  private static final int LINE_BYTES = 256;

  /** The memory of a request besides its arguments, and of an argument besides its bytes. */
  private static final int REQUEST_OVERHEAD = 160;

  private static final int ARGUMENT_OVERHEAD = 48;

  private final MemoryBudget.Account account;
  private final int maxValueBytes;
  private final long maxRequestBytes;

  private byte[] line = new byte[LINE_BYTES];
  private int lineLength;

  /** The number of arguments that are still to come in the current request; 0 between requests. */
  private int missing;

  private List<ByteString> args = new ArrayList<>();
  private Optional<Reply> refusal = Optional.empty();
  private long requestBytes;
  private long taken;

  /** The number of bytes of the current value that are still to come; -1: its length is. */
  private int valueLeft = -1;

  /** The current value; null if it is dropped. */
  private byte @Nullable [] value;

  /** The length of the value for which there is no memory; -1 if there is none. */
  private int unpaid = -1;

  private boolean inValueEnd;

  /**
   * Creates a reader.
   *
   * @param account pays for the requests
   * @param maxValueBytes the limit of one argument, in bytes
   * @param maxRequestBytes the limit of all arguments of a request together, in bytes
   */
  RequestReader(MemoryBudget.Account account, int maxValueBytes, long maxRequestBytes) {
    this.account = account;
    this.maxValueBytes = maxValueBytes;
    this.maxRequestBytes = maxRequestBytes;
  }

  /**
   * Reads until a request is complete.
   *
   * @param in the next bytes of the connection
   * @return the request; empty if all bytes are read, or if {@link #needsMemory}
   * @throws ProtocolException if the bytes are not a valid request
   */
  Optional<Request> next(ByteBuf in) throws ProtocolException {
    while (true) {
      if (unpaid >= 0 && !beginPaid()) {
        return Optional.empty();
      }
      if (valueLeft > 0 && !readValue(in)) {
        return Optional.empty();
      }
      if (!readLine(in)) {
        return Optional.empty();
      }
      Optional<Request> request = missing == 0 ? start() : argument();
      lineDone();
      if (request.isPresent()) {
        return request;
      }
    }
  }

  /** {@return whether a request has started but is not complete} */
  boolean isInside() {
    return missing > 0 || lineLength > 0;
  }

  /** {@return whether the reader waits for memory} */
  boolean needsMemory() {
    return unpaid >= 0;
  }

  /** Drops the value that the reader waits for; the request will be refused. */
  void refuse(Reply answer) {
    refusal = Optional.of(answer);
    value = null;
    valueLeft = unpaid;
    inValueEnd = unpaid == 0;
    unpaid = -1;
  }

  // Lines.

  private boolean readLine(ByteBuf in) throws ProtocolException {
    int lf = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    int length = (lf < 0 ? in.writerIndex() : lf) - in.readerIndex();
    if (lineLength + length > line.length) {
      growLine(lineLength + length);
    }
    in.readBytes(line, lineLength, length);
    lineLength += length;
    if (lf < 0) {
      return false;
    }
    in.skipBytes(1);
    // A line may also end with a line feed alone: people type, and scripts pipe, such lines.
    if (lineLength > 0 && line[lineLength - 1] == '\r') {
      lineLength--;
    }
    return true;
  }

  private void growLine(int needed) throws ProtocolException {
    int size = Math.max(needed, Math.min(2 * line.length, MAX_LINE_BYTES));
    if (needed > MAX_LINE_BYTES || !account.take(size - line.length)) {
      throw new ProtocolException(missing > 0 ? "invalid bulk length" : "too big inline request");
    }
    line = Arrays.copyOf(line, size);
  }

  private void lineDone() {
    lineLength = 0;
    if (line.length > LINE_BYTES) {
      account.release(line.length - LINE_BYTES);
      line = new byte[LINE_BYTES];
    }
  }

  /**
   * Returns the number after the first byte of the line; -2 if it is not one of at most a limit.
   */
  private int number(int max) {
    boolean negative = lineLength > 1 && line[1] == '-';
    int first = negative ? 2 : 1;
    long number = first < lineLength ? 0 : -2;
    for (int i = first; i < lineLength && number >= 0 && number <= max; i++) {
      number = line[i] >= '0' && line[i] <= '9' ? 10 * number + line[i] - '0' : -2;
    }
    return number > max || number < 0 ? -2 : (int) (negative ? -Math.min(1, number) : number);
  }

  // Requests.

  private Optional<Request> start() throws ProtocolException {
    if (lineLength == 0) {
      return Optional.empty();
    }
    taken = REQUEST_OVERHEAD;
    account.add(REQUEST_OVERHEAD);
    if (line[0] != '*') {
      return inline();
    }
    int count = number(MAX_ARGUMENTS);
    if (count == -2) {
      throw new ProtocolException("invalid multibulk length");
    }
    missing = Math.max(0, count);
    if (missing == 0) {
      account.release(REQUEST_OVERHEAD);
    }
    return Optional.empty();
  }

  private Optional<Request> inline() throws ProtocolException {
    List<ByteString> words = Words.split(Arrays.copyOf(line, lineLength));
    if (words.isEmpty()) {
      account.release(REQUEST_OVERHEAD);
      return Optional.empty();
    }
    long bytes = lineLength + (long) words.size() * ARGUMENT_OVERHEAD;
    if (account.take(bytes)) {
      taken += bytes;
      args.addAll(words);
    } else {
      args.add(words.get(0));
      refusal = Optional.of(Refusals.NO_MEMORY);
    }
    return complete();
  }

  /** Takes a line within a request: the length of a value, or the empty rest after a value. */
  private Optional<Request> argument() throws ProtocolException {
    if (inValueEnd) {
      if (lineLength > 0) {
        throw new ProtocolException("expected the end of a line after a value");
      }
      return valueDone();
    }
    if (lineLength == 0 || line[0] != '$') {
      String got = lineLength == 0 ? " " : Character.toString(line[0] & 0xff);
      throw new ProtocolException("expected '$', got '" + got + "'");
    }
    int length = number(MAX_BULK_BYTES);
    if (length < 0) {
      throw new ProtocolException("invalid bulk length");
    }
    unpaid = length;
    if (refusal.isPresent()) {
      refuse(refusal.get());
    } else if (length > maxValueBytes || requestBytes + length > maxRequestBytes) {
      refuse(Errors.TOO_LARGE);
    }
    return Optional.empty();
  }

  private boolean beginPaid() {
    long bytes = unpaid + (long) ARGUMENT_OVERHEAD;
    if (!account.take(bytes)) {
      return false;
    }
    taken += bytes;
    requestBytes += unpaid;
    value = new byte[unpaid];
    valueLeft = unpaid;
    inValueEnd = unpaid == 0;
    unpaid = -1;
    return true;
  }

  private boolean readValue(ByteBuf in) {
    int size = Math.min(valueLeft, in.readableBytes());
    if (value == null) {
      in.skipBytes(size);
    } else {
      in.readBytes(value, value.length - valueLeft, size);
    }
    valueLeft -= size;
    inValueEnd = valueLeft == 0;
    return inValueEnd;
  }

  private Optional<Request> valueDone() {
    if (value != null) {
      args.add(UnsafeByteOperations.unsafeWrap(value));
    } else if (args.isEmpty()) {
      args.add(ByteString.EMPTY);
    }
    value = null;
    valueLeft = -1;
    inValueEnd = false;
    missing--;
    return missing == 0 ? complete() : Optional.empty();
  }

  private Optional<Request> complete() {
    Request request = new Request(args, refusal, taken);
    args = new ArrayList<>();
    refusal = Optional.empty();
    requestBytes = 0;
    taken = 0;
    return Optional.of(request);
  }
}
