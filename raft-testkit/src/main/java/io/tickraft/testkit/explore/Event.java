package io.tickraft.testkit.explore;

/**
 * An event as one number: its kind, its node and an argument.
 *
 * <p>The argument of {@link EventKind#DELIVER} and {@link EventKind#DUPLICATE} is a message, of
 * {@link EventKind#PROPOSE} and {@link EventKind#READ} how many came before in the run, of {@link
 * EventKind#CHANGE} the position of the change, of {@link EventKind#TRANSFER} and {@link
 * EventKind#UNREACHABLE} the position of the other node, of {@link EventKind#CRASH} what the disk
 * keeps, or which path of choices the store of a user takes.
 */
final class Event {

  private static final int KIND_BITS = 5;
  private static final int NODE_BITS = 4;
  private static final int ARGUMENT_BITS = Integer.SIZE - 1 - KIND_BITS - NODE_BITS;

  /** The most nodes: their positions have {@value #NODE_BITS} bits. */
  static final int MAX_NODES = 1 << NODE_BITS;

  /** The number of arguments, such as messages. */
  static final int MAX_ARGUMENTS = 1 << ARGUMENT_BITS;

  /** Parts of a write that a crash may keep; more writes than these would not fit an argument. */
  private static final int PARTS_BITS = 8;

  private Event() {}

  @SuppressWarnings("EnumOrdinal") // Only within a run.
  static int of(EventKind kind, int node, int argument) {
    return (kind.ordinal() << NODE_BITS | node) << ARGUMENT_BITS | argument;
  }

  static EventKind kind(int event) {
    return EventKind.at(event >>> (NODE_BITS + ARGUMENT_BITS));
  }

  /** {@return the position of the node that it happens to} */
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
