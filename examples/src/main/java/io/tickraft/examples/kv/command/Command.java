package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A command of the replicated map, which the log holds in its encoded form.
 *
 * <p>The effect and the reply of a command depend only on the command and the map: every node that
 * applies it at the same index gets the same map and the same reply.
 */
public sealed interface Command extends Operation {

  /**
   * Changes the map.
   *
   * @return the reply to the client
   */
  Reply applyTo(KvState state);

  @Override
  default long maxReplyBytes(long maxValueBytes) {
    return 0;
  }

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
        return Reply.bulkOrNil(old);
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

    @Override
    public long maxReplyBytes(long maxValueBytes) {
      return returnOld ? maxValueBytes : 0;
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

  /**
   * Sets the value of a key that has none; the reply is 1 if the command took effect, and 0 if not.
   *
   * @param key the key
   * @param value its value
   */
  record SetNew(ByteString key, ByteString value) implements Command {

    @Override
    public Reply applyTo(KvState state) {
      if (state.has(key)) {
        return new Reply.Int(0);
      }
      state.put(key, value);
      return new Reply.Int(1);
    }

    @Override
    public Opcode opcode() {
      return Opcode.SET_NEW;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeBytesNoTag(key);
      out.writeBytesNoTag(value);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeBytesSizeNoTag(key)
          + CodedOutputStream.computeBytesSizeNoTag(value);
    }
  }

  /**
   * Removes a key; the reply is the value that it had, if any.
   *
   * @param key the key
   */
  record GetDelete(ByteString key) implements Command {

    @Override
    public Reply applyTo(KvState state) {
      Optional<ByteString> old = state.get(key);
      if (old.isPresent()) {
        state.remove(key);
      }
      return Reply.bulkOrNil(old);
    }

    @Override
    public Opcode opcode() {
      return Opcode.GET_DELETE;
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
   * Appends to the value of a key, or sets it if the key has none; the reply is the new length.
   *
   * @param key the key
   * @param suffix the bytes to append
   * @param maxBytes the limit of the new value, in bytes. It is a part of the command because it is
   *     a setting, and nodes with different settings must apply the command alike
   */
  record Append(ByteString key, ByteString suffix, int maxBytes) implements Command {

    @Override
    public Reply applyTo(KvState state) {
      ByteString old = state.get(key).orElse(ByteString.EMPTY);
      long size = (long) old.size() + suffix.size();
      if (size > maxBytes) {
        return Errors.TOO_LARGE;
      }
      // In one piece: the parts of many appends would be held one by one until they are written.
      byte[] bytes = new byte[(int) size];
      old.copyTo(bytes, 0);
      suffix.copyTo(bytes, old.size());
      state.put(key, UnsafeByteOperations.unsafeWrap(bytes));
      return new Reply.Int(size);
    }

    @Override
    public Opcode opcode() {
      return Opcode.APPEND;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeBytesNoTag(key);
      out.writeBytesNoTag(suffix);
      out.writeUInt32NoTag(maxBytes);
    }

    @Override
    public int encodedSize() {
      return CodedOutputStream.computeBytesSizeNoTag(key)
          + CodedOutputStream.computeBytesSizeNoTag(suffix)
          + CodedOutputStream.computeUInt32SizeNoTag(maxBytes);
    }
  }

  /** Removes all keys. */
  record Clear() implements Command {

    @Override
    public Reply applyTo(KvState state) {
      state.clear();
      return Reply.OK;
    }

    @Override
    public Opcode opcode() {
      return Opcode.CLEAR;
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

  /**
   * Several operations without others between them; the reply is the list of their replies. An
   * operation sees the effects of those before it. As in Redis, one that fails does not undo the
   * others.
   *
   * @param operations the operations: no transactions
   * @param maxReplyBytes the limit of the values in the reply, in bytes: an operation whose reply
   *     exceeds what is left of it has its effect, but its reply is an error
   */
  record Transaction(List<Operation> operations, long maxReplyBytes) implements Command {

    /**
     * The bytes of values that a transaction may read and write: the node stands still while it is
     * applied, and holds them in memory. One that would exceed it has no effect. Never to be
     * changed: nodes with another limit would apply the same log in another way.
     */
    public static final long MAX_WORK_BYTES = 64L << 20;

    private static final Reply TOO_MUCH_WORK =
        new Reply.Failure(
            "EXECABORT the transaction reads and writes more than "
                + MAX_WORK_BYTES
                + " bytes of values: nothing of it was applied");

    public Transaction {
      operations = List.copyOf(operations);
      if (operations.stream().anyMatch(Transaction.class::isInstance)) {
        throw new IllegalArgumentException("a transaction in a transaction");
      }
    }

    @Override
    public Reply applyTo(KvState state) {
      TransactionState changes = new TransactionState(state, MAX_WORK_BYTES);
      Reply reply;
      try {
        reply = applyAll(changes);
      } catch (TransactionState.TooMuchWorkException e) {
        return TOO_MUCH_WORK;
      }
      changes.commit();
      return reply;
    }

    private Reply applyAll(KvState state) {
      List<Reply> replies = new ArrayList<>(operations.size());
      long left = maxReplyBytes;
      for (Operation operation : operations) {
        Reply reply = apply(operation, state, left);
        if (reply instanceof Reply.Bulk bulk && bulk.valueBytes() > left) {
          reply = Errors.REPLY_TOO_LARGE;
        }
        // An error has no values, so this is never negative.
        left -= reply.valueBytes();
        replies.add(reply);
      }
      return new Reply.Array(replies);
    }

    private static Reply apply(Operation operation, KvState state, long maxReplyBytes) {
      return operation instanceof Lookup lookup
          ? lookup.in(state, maxReplyBytes)
          : ((Command) operation).applyTo(state);
    }

    @Override
    public Opcode opcode() {
      return Opcode.TRANSACTION;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeUInt64NoTag(maxReplyBytes);
      out.writeUInt32NoTag(operations.size());
      for (Operation operation : operations) {
        out.writeRawByte((byte) operation.opcode().number());
        operation.writeTo(out);
      }
    }

    @Override
    public int encodedSize() {
      int size =
          CodedOutputStream.computeUInt64SizeNoTag(maxReplyBytes)
              + CodedOutputStream.computeUInt32SizeNoTag(operations.size());
      for (Operation operation : operations) {
        size += 1 + operation.encodedSize();
      }
      return size;
    }

    @Override
    public long maxReplyBytes(long maxValueBytes) {
      return maxReplyBytes;
    }
  }
}
