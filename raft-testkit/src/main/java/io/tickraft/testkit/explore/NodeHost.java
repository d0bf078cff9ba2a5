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
 * A node with its host and its storage. The caller decides when the host does which part of its
 * work, and calls {@link #stepped()} after each input.
 */
interface NodeHost extends AutoCloseable {

  void start(RaftConfig config);

  /**
   * Stops the node at once.
   *
   * @param argument what is left of the unsynced writes, as the argument of the event
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

  /** Takes a snapshot of the state machine, and compacts the log up to its index. */
  void compact();

  // A slow storage.

  /** The storage answers reads of entries with {@code NotYet} from now on. */
  void pauseEntries();

  /** The storage answers reads of the snapshot with {@code NotYet} from now on. */
  void pauseSnapshot();

  boolean areReadsPaused();

  /** The storage answers all reads again. The node gets no report of this. */
  void resumeReads();

  void storageReady();

  // The Ready contract.

  boolean hasReady();

  /** Takes a Ready, and returns the outcomes of reads in it. */
  List<ReadState> take();

  boolean isWriting();

  /** Completes the oldest write, and acknowledges it. */
  void write();

  /** Applies all committed entries and snapshots that can be applied. */
  void apply();

  /** Shows the state of the node to the oracle, after an input or a part of the host's work. */
  void stepped();

  // Observation.

  Status status();

  long appliedIndex();

  /** {@return the state of the state machine} */
  ByteString state();

  /** {@return whether the host has taken all entries of its node's log} */
  boolean isDrained();

  /** {@return the log and the hard state with all writes, unsynced ones included} */
  Storage written();

  /** Adds everything, except for settings, that decides what the node and its host do next. */
  void digest(Digest digest);

  @Override
  default void close() {}
}
