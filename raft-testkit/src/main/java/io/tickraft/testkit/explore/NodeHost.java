package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.List;

/**
 * A node with its host and its storage, as an exploration needs them: each part of the host's work
 * is done when it is asked for. After each input, {@link #stepped()} is called.
 */
interface NodeHost extends AutoCloseable {

  void start(RaftConfig config);

  /**
   * Stops the node at once.
   *
   * @param argument what is left of the unsynced writes: the argument of an event
   */
  void crash(int argument);

  // Inputs.

  void step(Message message);

  void tick();

  void campaign();

  void forgetLeader();

  void propose(ByteString command);

  void proposeConfChange(ConfChange change);

  /** {@return whether the node accepts the read} */
  boolean readIndex(ByteString context);

  void transferLeadership(long target);

  void reportUnreachable(long peer);

  /** The host takes a snapshot of all that is applied, and drops the log that it covers. */
  void compact();

  // The storage is slow.

  /** The storage answers reads of entries with {@code NotYet} from now on. */
  void pauseEntries();

  /** The storage answers reads of the snapshot with {@code NotYet} from now on. */
  void pauseSnapshot();

  boolean areReadsPaused();

  /** The storage answers again, and the node is not told so. */
  void resumeReads();

  void storageReady();

  // The Ready contract.

  boolean hasReady();

  /** Takes a Ready, and returns the reads that end. */
  List<ReadState> take();

  boolean isWriting();

  /** Completes the oldest write, and acknowledges it. */
  void write();

  /** Applies all that may be applied. */
  void apply();

  /** An input, or a part of the host's work, is done: the oracle may look. */
  void stepped();

  // Observation.

  Status status();

  long appliedIndex();

  /** {@return the state of the state machine} */
  ByteString state();

  /** {@return whether the host has taken all entries of its node's log} */
  boolean isDrained();

  /** {@return all that is written, or is being written} */
  Storage written();

  /** Adds all that decides what the node and its host do next, except for settings. */
  void digest(Digest digest);

  @Override
  default void close() {}
}
