package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.StateMachine;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A small key-value store. Each command is a put: a key of one letter, and the number of the
 * command as its value. A command that was applied before has no effect (thesis, section 6.3).
 *
 * <p>The state has a hash of all commands in their order, so that two states differ for ever if one
 * of them lacks a command.
 */
class KeyValueMachine implements StateMachine {

  private static final int KEYS = 26;
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  /** The value of each key; 0 if it was never set. */
  private final long[] values = new long[KEYS];

  /** The numbers of the commands that were applied. */
  private BitSet applied = new BitSet();

  private long hash;

  /** Returns the number of a command. */
  static long number(ByteString command) {
    long number = 0;
    for (int i = 2; i < command.size() && Character.isDigit(command.byteAt(i)); i++) {
      number = 10 * number + command.byteAt(i) - '0';
    }
    if (command.size() < 3 || command.byteAt(1) != '=' || number == 0) {
      throw new IllegalArgumentException("not a put: '" + command.toStringUtf8() + "'");
    }
    return number;
  }

  /** Returns the value of a key; empty if it was never set. */
  String get(String key) {
    long value = values[key.charAt(0) - 'a'];
    return value == 0 ? "" : Long.toString(value);
  }

  @Override
  public void apply(Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      put(entry.getData());
    }
  }

  private void put(ByteString command) {
    long number = number(command);
    hash = (hash + number) * MULTIPLIER;
    if (!applied.get((int) number)) {
      applied.set((int) number);
      values[command.byteAt(0) - 'a'] = number;
    }
  }

  @Override
  public ByteString save() {
    byte[] numbers = applied.toByteArray();
    ByteBuffer bytes = ByteBuffer.allocate((KEYS + 1) * Long.BYTES + numbers.length);
    bytes.putLong(hash);
    for (long value : values) {
      bytes.putLong(value);
    }
    return ByteString.copyFrom(bytes.put(numbers).flip());
  }

  @Override
  public void restore(Snapshot snapshot) {
    if (snapshot.getData().isEmpty()) { // The bootstrap's.
      hash = 0;
      Arrays.fill(values, 0);
      applied = new BitSet();
      return;
    }
    ByteBuffer bytes = snapshot.getData().asReadOnlyByteBuffer();
    hash = bytes.getLong();
    for (int i = 0; i < KEYS; i++) {
      values[i] = bytes.getLong();
    }
    applied = BitSet.valueOf(bytes);
  }
}
