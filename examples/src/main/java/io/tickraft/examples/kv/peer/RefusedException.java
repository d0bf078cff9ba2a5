package io.tickraft.examples.kv.peer;

/**
 * Thrown for what another node must not send: the connection is closed, and nothing else changes.
 * The message is sent to the other node, for its log.
 */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The kinds of refusals. Each has at most one line a minute in the log for each caller. */
  enum Kind {
    /** The caller does not use TLS, or has no certificate that is signed and valid. */
    TLS,
    /** The certificate of the caller is that of another node. */
    CERTIFICATE,
    /** The caller sent no proper hello. */
    HELLO,
    /** The caller speaks another version of the protocol. */
    VERSION,
    /** The caller belongs to another cluster or group, or expects another node. */
    OTHER_NODE,
    /** The caller was removed from the group. */
    REMOVED,
    /** Too many nodes that are not members are connected. */
    BUSY,
    /** A frame is damaged, or is none that may be sent on this connection. */
    FRAME,
    /** A message is in the name of another node, or for another one. */
    SENDER,
    /** A snapshot is incomplete or inconsistent. */
    SNAPSHOT
  }

  private final Kind kind;

  RefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
