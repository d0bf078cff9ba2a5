package io.tickraft.examples.kv.client;

/** What a client sends is not the Redis protocol; where its next request begins is unknown. */
final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message);
  }
}
