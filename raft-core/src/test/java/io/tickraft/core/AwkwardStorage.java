package io.tickraft.core;

import io.tickraft.proto.HardState;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A storage that can be told to let its node wait, to lie, and to fail. */
public final class AwkwardStorage implements Storage {

  private final MemoryStorage storage;

  /** Answers {@link #entries} with "not yet". */
  public boolean entriesNotYet;

  /** Answers {@link #snapshot} with "not yet". */
  public boolean snapshotNotYet;

  /** Makes other answers out of the right ones. */
  public UnaryOperator<EntriesResult> entriesLie = UnaryOperator.identity();

  public UnaryOperator<SnapshotResult> snapshotLie = UnaryOperator.identity();

  public UnaryOperator<HardState> hardStateLie = UnaryOperator.identity();

  public LongUnaryOperator firstIndexLie = LongUnaryOperator.identity();

  /** Makes another term out of an index and the right term. */
  public LongBinaryOperator termLie = (index, truth) -> truth;

  /** How many times entries were asked for. */
  public int entriesAsked;

  /** How many times a snapshot was asked for. */
  public int snapshotsAsked;

  private @Nullable RuntimeException failure;

  public AwkwardStorage(MemoryStorage storage) {
    this.storage = storage;
  }

  /** Throws from now on, whatever it is asked; null: works again. */
  public void fail(@Nullable RuntimeException cause) {
    failure = cause;
  }

  private void failIfTold() {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public HardState initialState() {
    failIfTold();
    return hardStateLie.apply(storage.initialState());
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    failIfTold();
    entriesAsked++;
    return entriesNotYet
        ? new EntriesResult.NotYet()
        : entriesLie.apply(storage.entries(lo, hi, maxBytes));
  }

  @Override
  public long term(long index) {
    failIfTold();
    return termLie.applyAsLong(index, storage.term(index));
  }

  @Override
  public long firstIndex() {
    failIfTold();
    return firstIndexLie.applyAsLong(storage.firstIndex());
  }

  @Override
  public long lastIndex() {
    failIfTold();
    return storage.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    failIfTold();
    snapshotsAsked++;
    return snapshotNotYet ? new SnapshotResult.NotYet() : snapshotLie.apply(storage.snapshot());
  }
}
