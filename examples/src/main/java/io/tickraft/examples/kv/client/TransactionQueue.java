package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Operation;
import java.util.ArrayList;
import java.util.List;

/** The operations between {@code MULTI} and {@code EXEC}. */
final class TransactionQueue {

  static final int MAX_OPERATIONS = 100_000;

  private final List<Operation> operations = new ArrayList<>();
  private ByteString key = ByteString.EMPTY;
  private long heldBytes;
  private long size;
  private boolean failed;

  /**
   * Adds an operation.
   *
   * @param operation the operation
   * @param itsKey the key that a redirection to the leader may name; empty if there is none
   * @param itsBytes the memory that was taken for it
   */
  void add(Operation operation, ByteString itsKey, long itsBytes) {
    operations.add(operation);
    if (key.isEmpty()) {
      key = itsKey;
    }
    heldBytes += itsBytes;
    size += operation.encodedSize();
  }

  /**
   * Remembers that a command was refused: the transaction cannot be executed any more, and what was
   * queued is forgotten.
   */
  void fail() {
    failed = true;
    operations.clear();
    heldBytes = 0;
    size = 0;
  }

  boolean hasFailed() {
    return failed;
  }

  List<Operation> operations() {
    return operations;
  }

  ByteString key() {
    return key;
  }

  /** {@return the memory that was taken for the operations, in bytes} */
  long heldBytes() {
    return heldBytes;
  }

  /** {@return the size of the operations in the log, in bytes} */
  long size() {
    return size;
  }
}
