package io.tickraft.proto;

/** The bytes are not what {@link MessageParser} reads: the generated parser must read them. */
final class UnexpectedBytesException extends Exception {

  private static final long serialVersionUID = 1;

  UnexpectedBytesException() {
    super(null, null, false, false); // Without a stack trace, which would cost more than parsing.
  }
}
