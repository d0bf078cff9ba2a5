package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A command of the replicated map, which the log holds in its encoded form.
 *
 * <p>The effect and the reply of a command depend only on the command and the map: every node that
 * applies it at the same index gets the same map and the same reply.
 */
public sealed interface Command {

  /**
   * Changes the map.
   *
   * @return the reply to the client
   */
  Reply applyTo(KvState state);

  /** {@return the kind of command in the encoded form} */
  Opcode opcode();

  /** Writes the encoded form after the opcode. */
  void writeTo(CodedOutputStream out) throws IOException;

  /** {@return the number of bytes that {@link #writeTo} writes} */
  int encodedSize();

  /** When a {@link Set} takes effect. */
  enum Condition {
    /** Always. */
    ALWAYS,
    /** If the key has no value. */
    IF_ABSENT,
    /** If the key has a value. */
    IF_PRESENT
  }

  /**
   * Sets the value of a key.
   *
   * @param key the key
   * @param value its new value
   * @param condition when the command takes effect
   * @param returnOld whether the reply is the value that the key had before, if any
   */
  record Set(ByteString key, ByteString value, Condition condition, boolean returnOld)
      implements Command {

    @Override
    public Reply applyTo(KvState state) {
      if (condition == Condition.ALWAYS && !returnOld) {
        state.put(key, value);
        return Reply.OK;
      }
      Optional<ByteString> old = state.get(key);
      boolean met =
          switch (condition) {
            case ALWAYS -> true;
            case IF_ABSENT -> old.isEmpty();
            case IF_PRESENT -> old.isPresent();
          };
      if (met) {
        state.put(key, value);
      }
      if (returnOld) {
        return bulkOrNil(old);
      }
      return met ? Reply.OK : Reply.NIL;
    }

    @Override
    public Opcode opcode() {
      return Opcode.SET;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeUInt32NoTag(flags());
      out.writeBytesNoTag(key);
      out.writeBytesNoTag(value);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeUInt32SizeNoTag(flags())
          + CodedOutputStream.computeBytesSizeNoTag(key)
          + CodedOutputStream.computeBytesSizeNoTag(value);
    }

    private int flags() {
      return switch (condition) {
            case ALWAYS -> 0;
            case IF_ABSENT -> 1;
            case IF_PRESENT -> 2;
          }
          | (returnOld ? 4 : 0);
    }
  }

  /**
   * Sets the values of several keys.
   *
   * @param keysAndValues a key, its value, the next key and so on
   */
  record SetAll(List<ByteString> keysAndValues) implements Command {
    public SetAll {
      keysAndValues = List.copyOf(keysAndValues);
      if (keysAndValues.size() % 2 != 0) {
        throw new IllegalArgumentException("a key without a value");
      }
    }

    @Override
    public Reply applyTo(KvState state) {
      for (int i = 0; i < keysAndValues.size(); i += 2) {
        state.put(keysAndValues.get(i), keysAndValues.get(i + 1));
      }
      return Reply.OK;
    }

    @Override
    public Opcode opcode() {
      return Opcode.SET_ALL;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      CommandCodec.writeList(keysAndValues, out);
    }

    @Override
    public int encodedSize() {
      return CommandCodec.listSize(keysAndValues);
    }
  }

  /**
   * Removes keys; the reply is the number of keys that had a value.
   *
   * @param keys the keys
   */
  record Delete(List<ByteString> keys) implements Command {
    public Delete {
      keys = List.copyOf(keys);
    }

    @Override
    public Reply applyTo(KvState state) {
      long removed = 0;
      for (ByteString key : keys) {
        if (state.remove(key)) {
          removed++;
        }
      }
      return new Reply.Int(removed);
    }

    @Override
    public Opcode opcode() {
      return Opcode.DELETE;
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
   * Adds to the number at a key, or to 0 if the key has no value; the reply is the sum.
   *
   * @param key the key of the number
   * @param by the number to add
   */
  record Increment(ByteString key, long by) implements Command {

    @Override
    public Reply applyTo(KvState state) {
      Optional<ByteString> old = state.get(key);
      OptionalLong number = old.isEmpty() ? OptionalLong.of(0) : Integers.parse(old.get());
      if (number.isEmpty()) {
        return Errors.NOT_AN_INTEGER;
      }
      long sum = number.getAsLong() + by;
      if (((number.getAsLong() ^ sum) & (by ^ sum)) < 0) {
        return Reply.err("increment or decrement would overflow");
      }
      state.put(key, Integers.format(sum));
      return new Reply.Int(sum);
    }

    @Override
    public Opcode opcode() {
      return Opcode.INCREMENT;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeBytesNoTag(key);
      out.writeSInt64NoTag(by);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeBytesSizeNoTag(key)
          + CodedOutputStream.computeSInt64SizeNoTag(by);
    }
  }

  private static Reply bulkOrNil(Optional<ByteString> value) {
    return value.isPresent() ? new Reply.Bulk(value.get()) : Reply.NIL;
  }
}
