package io.tickraft.examples.kv.client;

/** Thrown if a client violates the Redis protocol. The start of its next request is unknown. */
final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message);
  }
}
