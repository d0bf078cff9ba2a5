package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;

/** How a command ended, for metrics. */
public enum Outcome {
  /** The command was executed. */
  OK,
  /** The client was sent to the leader. */
  MOVED,
  /** The request was wrong, or not allowed. */
  REFUSED,
  /** The command was not executed, but the same request may be later. */
  UNAVAILABLE,
  /** The command may or may not have been executed. */
  UNKNOWN;

  /** {@return the outcome that a reply tells a client} */
  static Outcome of(Reply reply) {
    if (!(reply instanceof Reply.Failure failure)) {
      return OK;
    }
    String text = failure.text();
    int end = text.indexOf(' ');
    return switch (end < 0 ? text : text.substring(0, end)) {
      case "MOVED" -> MOVED;
      case "CLUSTERDOWN", "NOTAPPLIED", "TRYAGAIN", "OOM" -> UNAVAILABLE;
      case "UNKNOWN" -> UNKNOWN;
      default -> REFUSED;
    };
  }
}
