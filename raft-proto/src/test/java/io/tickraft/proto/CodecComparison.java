package io.tickraft.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Compares a codec, which is used again and again, with the generated classes. */
final class CodecComparison {

  /** How many bytes there are before and after a message that is a part of an array. */
  private static final int MARGIN = 3;

  private final MessageCodec codec = new MessageCodec();
  private final MessageParser parser = new MessageParser();

  /** How many messages the codec parsed without the generated parser. */
  int parsedHere;

  /** How many messages the codec left to the generated parser, which parsed them. */
  int leftToGenerated;

  /** How many messages neither could parse. */
  int malformed;

  private interface Parser {
    Message parse() throws InvalidProtocolBufferException;
  }

  /** What a parser did: a message, or the text of an exception. */
  private record Result(Optional<Message> message, String problem) {

    static Result of(Parser parser) {
      try {
        return new Result(Optional.of(parser.parse()), "");
      } catch (InvalidProtocolBufferException e) {
        return new Result(Optional.empty(), String.valueOf(e.getMessage()));
      }
    }
  }

  /** Checks that the codec parses the bytes as the generated parser, and encodes the result so. */
  void check(byte[] bytes) {
    Result expected = Result.of(() -> Message.parseFrom(bytes));

    check(expected, () -> codec.parse(bytes));
    check(expected, () -> codec.parse(UnsafeByteOperations.unsafeWrap(bytes)));

    if (expected.message().isPresent()) {
      Message message = expected.message().get();
      byte[] encoded = codec.encode(message);
      if (!Arrays.equals(encoded, message.toByteArray())) {
        assertThat(encoded).isEqualTo(message.toByteArray());
      }
    }
    count(bytes, expected);
  }

  /** Also checks the bytes as a part of an array, and as each other kind of ByteString. */
  void checkAllInputs(byte[] bytes) {
    check(bytes);
    Result expected = Result.of(() -> Message.parseFrom(bytes));

    byte[] wider = new byte[MARGIN + bytes.length + MARGIN];
    Arrays.fill(wider, (byte) 1);
    System.arraycopy(bytes, 0, wider, MARGIN, bytes.length);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    // In two pieces if there are at least 128 bytes. A field begins at the second one.
    int first = Math.min(2, bytes.length);
    ByteString rope =
        ByteString.copyFrom(bytes, 0, first)
            .concat(ByteString.copyFrom(bytes, first, bytes.length - first));

    check(expected, () -> codec.parse(wider, MARGIN, bytes.length));
    check(expected, () -> codec.parse(ByteString.copyFrom(bytes)));
    check(
        expected, () -> codec.parse(UnsafeByteOperations.unsafeWrap(wider, MARGIN, bytes.length)));
    check(expected, () -> codec.parse(UnsafeByteOperations.unsafeWrap(direct)));
    check(expected, () -> codec.parse(rope));
  }

  private static void check(Result expected, Parser parser) {
    Result result = Result.of(parser);
    if (!result.equals(expected)) {
      assertThat(result).isEqualTo(expected);
    }
    if (result.message().isPresent()) {
      // Equal messages could still have other bytes.
      byte[] bytes = result.message().get().toByteArray();
      if (!Arrays.equals(bytes, expected.message().orElseThrow().toByteArray())) {
        assertThat(bytes).isEqualTo(expected.message().orElseThrow().toByteArray());
      }
    }
  }

  private void count(byte[] bytes, Result expected) {
    if (expected.message().isEmpty()) {
      malformed++;
    } else if (parsesHere(bytes)) {
      parsedHere++;
    } else {
      leftToGenerated++;
    }
  }

  private boolean parsesHere(byte[] bytes) {
    try {
      parser.parse(bytes, 0, bytes.length, false);
      return true;
    } catch (UnexpectedBytesException e) {
      return false;
    }
  }
}
