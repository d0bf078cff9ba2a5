package io.tickraft.testkit.explore;

/**
 * An event as one number: its kind, the position of its node from 0, and an argument.
 *
 * <p>The argument is the number of the message for {@link EventKind#DELIVER} and {@link
 * EventKind#DUPLICATE}; the number of earlier proposals or reads of the run for {@link
 * EventKind#PROPOSE} and {@link EventKind#READ}; the position of the change for {@link
 * EventKind#CHANGE}; the position of the other node for {@link EventKind#TRANSFER} and {@link
 * EventKind#UNREACHABLE}; and for {@link EventKind#CRASH} what the disk keeps, or the number of the
 * path of choices of a user's store. It is 0 for all other kinds.
 */
final class Event {

  private static final int KIND_BITS = 5;
  private static final int NODE_BITS = 4;
  private static final int ARGUMENT_BITS = Integer.SIZE - 1 - KIND_BITS - NODE_BITS;

  /** The maximum number of nodes: a position has {@value #NODE_BITS} bits. */
  static final int MAX_NODES = 1 << NODE_BITS;

  /** The number of different arguments, for example of messages in an exploration. */
  static final int MAX_ARGUMENTS = 1 << ARGUMENT_BITS;

  /** The bits for the kept parts of a write. The other bits of an argument are for kept writes. */
  private static final int PARTS_BITS = 8;

  private Event() {}

  @SuppressWarnings("EnumOrdinal") // The ordinals are used within one run only.
  static int of(EventKind kind, int node, int argument) {
    return (kind.ordinal() << NODE_BITS | node) << ARGUMENT_BITS | argument;
  }

  static EventKind kind(int event) {
    return EventKind.at(event >>> (NODE_BITS + ARGUMENT_BITS));
  }

  /** {@return the position of the node that the event happens to, from 0} */
  static int node(int event) {
    return event >>> ARGUMENT_BITS & MAX_NODES - 1;
  }

  static int argument(int event) {
    return event & MAX_ARGUMENTS - 1;
  }

  static int crash(int keptWrites, int keptParts) {
    return keptWrites << PARTS_BITS | keptParts;
  }

  static int keptWrites(int argument) {
    return argument >>> PARTS_BITS;
  }

  static int keptParts(int argument) {
    return argument & (1 << PARTS_BITS) - 1;
  }
}
