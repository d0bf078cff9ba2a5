package io.tickraft.core.validate;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.Snapshot;

/**
 * Limits of the size of a message. Protobuf computes the size of a message as an int, which
 * overflows to a negative number for a larger message. So sizes are computed here as longs, in
 * bytes, before a message is built.
 */
public final class MessageSizes {

  /**
   * An upper bound of the bytes around one payload in a message: the envelope with four 64-bit
   * numbers, the body with an entry id and a commit index, and the entry with index, term and type,
   * each with its tag and length: 112 bytes.
   */
  private static final int OVERHEAD = 128;

  /** The most bytes for the tag and the length of a payload in a list. */
  private static final int OVERHEAD_IN_A_LIST = 6;

  /** The largest payload that a message can carry, in an entry or alone in a proposal, in bytes. */
  public static final int MAX_PAYLOAD = Integer.MAX_VALUE - OVERHEAD;

  private MessageSizes() {}

  /**
   * Returns whether a message can carry a batch of commands.
   *
   * @param count how many commands there are
   * @param bytes the sum of their sizes in bytes
   */
  public static boolean fits(long count, long bytes) {
    return bytes + (count - 1) * OVERHEAD_IN_A_LIST <= MAX_PAYLOAD;
  }

  /** Returns the serialized size of a membership change, which may be too large for a message. */
  public static long of(ConfChange change) {
    long bytes = change.getUnknownFields().getSerializedSize();
    if (change.getTransitionValue() != 0) {
      bytes += 1 + CodedOutputStream.computeEnumSizeNoTag(change.getTransitionValue());
    }
    for (ConfChangeSingle single : change.getChangesList()) {
      bytes += inMessage(single.getSerializedSize());
    }
    return bytes + (change.getContext().isEmpty() ? 0 : inMessage(change.getContext().size()));
  }

  private static long inMessage(int size) {
    return 1L + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
  }

  /** Returns an upper bound of the size of the message with a snapshot. */
  public static long ofMessageWith(Snapshot snapshot) {
    return (long) snapshot.getData().size()
        + snapshot.getMetadata().getSerializedSize()
        + snapshot.getUnknownFields().getSerializedSize()
        + OVERHEAD;
  }

  /** Returns whether no message can carry a payload. */
  public static boolean isTooLarge(ByteString payload) {
    return payload.size() > MAX_PAYLOAD;
  }
}
