package io.tickraft.core.validate;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.Snapshot;

/**
 * What a message can carry. Protobuf counts the bytes of a message in an int, and the sum of the
 * parts of a larger one overflows to a negative size. So sizes are computed here, as longs, before
 * anything is built.
 */
public final class MessageSizes {

  /**
   * An upper bound of what surrounds one payload in a message: the envelope with four numbers of 64
   * bits, the body with an entry's id and a commit index, and the entry with index, term and type,
   * each with its tag and its length: 112 bytes.
   */
  private static final int OVERHEAD = 128;

  /** The tag and the length of a payload in a list of them, at most. */
  private static final int OVERHEAD_IN_A_LIST = 6;

  /** The largest payload that a message can carry, of an entry or alone in a proposal, in bytes. */
  public static final int MAX_PAYLOAD = Integer.MAX_VALUE - OVERHEAD;

  private MessageSizes() {}

  /**
   * Returns whether a message can carry a batch of commands.
   *
   * @param count how many commands there are
   * @param bytes the sum of their sizes
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

  /** Returns how large the message with a snapshot is at most. */
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
