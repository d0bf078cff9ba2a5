package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A read of given keys. It does not need the log, but in a transaction it does: there it sees the
 * writes before it.
 */
public sealed interface Lookup extends Operation, Query {

  /**
   * Reads the map.
   *
   * @param view the map
   * @param maxBytes the limit of the values in the reply, in bytes
   * @return the reply, or {@link Errors#REPLY_TOO_LARGE}
   */
  Reply in(KvView view, long maxBytes);

  @Override
  default Reply answer(KvMap map, long maxBytes) {
    return in(map, maxBytes);
  }

  @Override
  default long maxReplyBytes(long maxValueBytes) {
    return 0;
  }

  /**
   * The value of a key.
   *
   * @param key the key
   */
  record Get(ByteString key) implements Lookup {

    @Override
    public Reply in(KvView view, long maxBytes) {
      Reply reply = Reply.bulkOrNil(view.get(key));
      return reply.valueBytes() <= maxBytes ? reply : Errors.REPLY_TOO_LARGE;
    }

    @Override
    public Opcode opcode() {
      return Opcode.GET;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeBytesNoTag(key);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeBytesSizeNoTag(key);
    }

    @Override
    public long maxReplyBytes(long maxValueBytes) {
      return maxValueBytes;
    }
  }

  /**
   * The values of several keys.
   *
   * @param keys the keys; a key may be named more than once
   */
  record GetAll(List<ByteString> keys) implements Lookup {
    public GetAll {
      keys = List.copyOf(keys);
    }

    @Override
    public Reply in(KvView view, long maxBytes) {
      List<Reply> values = new ArrayList<>();
      long left = maxBytes;
      for (ByteString key : keys) {
        Reply value = Reply.bulkOrNil(view.get(key));
        left -= value.valueBytes();
        if (left < 0) {
          return Errors.REPLY_TOO_LARGE;
        }
        values.add(value);
      }
      return new Reply.Array(values);
    }

    @Override
    public Opcode opcode() {
      return Opcode.GET_ALL;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      CommandCodec.writeList(keys, out);
    }

    @Override
    public int encodedSize() {
      return CommandCodec.listSize(keys);
    }

    @Override
    public long maxReplyBytes(long maxValueBytes) {
      return keys.size() * maxValueBytes;
    }
  }

  /**
   * The number of keys that have a value.
   *
   * @param keys the keys; a key that is named twice counts twice
   */
  record Exists(List<ByteString> keys) implements Lookup {
    public Exists {
      keys = List.copyOf(keys);
    }

    @Override
    public Reply in(KvView view, long maxBytes) {
      // Each key once: the database reads a whole value to find out whether it is there, and a key
      // with a large value may be named a hundred thousand times.
      Map<ByteString, Boolean> found = new HashMap<>();
      long count = 0;
      for (ByteString key : keys) {
        if (found.computeIfAbsent(key, view::has)) {
          count++;
        }
      }
      return new Reply.Int(count);
    }

    @Override
    public Opcode opcode() {
      return Opcode.EXISTS;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      CommandCodec.writeList(keys, out);
    }

    @Override
    public int encodedSize() {
      return CommandCodec.listSize(keys);
    }
  }

  /**
   * The length of the value of a key, in bytes; 0 if it has none.
   *
   * @param key the key
   */
  record Length(ByteString key) implements Lookup {

    @Override
    public Reply in(KvView view, long maxBytes) {
      return new Reply.Int(view.length(key).orElse(0));
    }

    @Override
    public Opcode opcode() {
      return Opcode.LENGTH;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeBytesNoTag(key);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeBytesSizeNoTag(key);
    }
  }

  /**
   * The type of the value of a key: {@code string}, or {@code none} if it has none.
   *
   * @param key the key
   */
  record Type(ByteString key) implements Lookup {

    @Override
    public Reply in(KvView view, long maxBytes) {
      return new Reply.Simple(view.has(key) ? "string" : "none");
    }

    @Override
    public Opcode opcode() {
      return Opcode.TYPE;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeBytesNoTag(key);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeBytesSizeNoTag(key);
    }
  }

  /** The number of keys. */
  record Size() implements Lookup {

    @Override
    public Reply in(KvView view, long maxBytes) {
      return new Reply.Int(view.size());
    }

    @Override
    public Opcode opcode() {
      return Opcode.SIZE;
    }

    @Override
    public void writeTo(CodedOutputStream out) {
      // It has no fields.
    }

    @Override
    public int encodedSize() {
      return 0;
    }
  }
}
