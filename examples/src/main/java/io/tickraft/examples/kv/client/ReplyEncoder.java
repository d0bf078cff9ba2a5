package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.tickraft.examples.kv.command.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes replies in the form of the Redis protocol: RESP2, or RESP3, which has types of its own for
 * no value, names with values, and texts.
 */
final class ReplyEncoder {

  private static final byte[] OK = ascii("+OK\r\n");
  private static final byte[] NIL_2 = ascii("$-1\r\n");
  private static final byte[] NIL_3 = ascii("_\r\n");
  private static final byte[] TEXT = ascii("txt:");

  /** The longest number, its type and the line's end. */
  private static final int HEADER_BYTES = 1 + 20 + 2;

  private ReplyEncoder() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** {@return a number of bytes that is at least that of the encoded form, and little more} */
  static long maxSize(Reply reply) {
    if (reply instanceof Reply.Simple simple) {
      return (long) HEADER_BYTES + simple.text().length();
    }
    if (reply instanceof Reply.Failure failure) {
      // A character takes up to 3 bytes in UTF-8.
      return HEADER_BYTES + 3L * failure.text().length();
    }
    if (reply instanceof Reply.Array array) {
      return maxSize(array.elements());
    }
    if (reply instanceof Reply.Named named) {
      return maxSize(named.namesAndValues());
    }
    return 2 * HEADER_BYTES + reply.valueBytes();
  }

  private static long maxSize(List<Reply> replies) {
    long size = HEADER_BYTES;
    for (Reply reply : replies) {
      size += maxSize(reply);
    }
    return size;
  }

  /**
   * Writes a reply.
   *
   * @param reply the reply
   * @param resp3 whether the client has switched to RESP3
   * @param out a buffer with room for it
   */
  static void write(Reply reply, boolean resp3, ByteBuf out) {
    if (reply instanceof Reply.Simple simple) {
      if (simple.equals(Reply.OK)) {
        out.writeBytes(OK);
      } else {
        line('+', simple.text(), out);
      }
    } else if (reply instanceof Reply.Bulk bulk) {
      bulk(bulk.value(), out);
    } else if (reply instanceof Reply.Nil) {
      out.writeBytes(resp3 ? NIL_3 : NIL_2);
    } else if (reply instanceof Reply.Int number) {
      number(':', number.value(), out);
    } else if (reply instanceof Reply.Failure error) {
      // As in Redis: an error may quote the client, but must be one line.
      line('-', error.text().replace('\r', ' ').replace('\n', ' '), out);
    } else if (reply instanceof Reply.Text text) {
      text(text.text(), resp3, out);
    } else if (reply instanceof Reply.Array array) {
      number('*', array.elements().size(), out);
      array.elements().forEach(element -> write(element, resp3, out));
    } else if (reply instanceof Reply.Named named) {
      int size = named.namesAndValues().size();
      number(resp3 ? '%' : '*', resp3 ? size / 2 : size, out);
      named.namesAndValues().forEach(element -> write(element, resp3, out));
    }
  }

  private static void line(char type, String text, ByteBuf out) {
    out.writeByte(type);
    out.writeCharSequence(text, StandardCharsets.UTF_8);
    end(out);
  }

  private static void number(char type, long number, ByteBuf out) {
    out.writeByte(type);
    if (number >= 0 && number <= 9) {
      out.writeByte('0' + (int) number);
    } else {
      out.writeCharSequence(Long.toString(number), StandardCharsets.US_ASCII);
    }
    end(out);
  }

  private static void bulk(ByteString value, ByteBuf out) {
    number('$', value.size(), out);
    for (ByteBuffer piece : value.asReadOnlyByteBufferList()) {
      out.writeBytes(piece);
    }
    end(out);
  }

  private static void text(String text, boolean resp3, ByteBuf out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(resp3 ? '=' : '$', resp3 ? bytes.length + TEXT.length : bytes.length, out);
    if (resp3) {
      out.writeBytes(TEXT);
    }
    out.writeBytes(bytes);
    end(out);
  }

  private static void end(ByteBuf out) {
    out.writeByte('\r').writeByte('\n');
  }
}
