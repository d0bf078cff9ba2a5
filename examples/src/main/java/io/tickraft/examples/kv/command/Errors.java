package io.tickraft.examples.kv.command;

/** Redis's own words for errors that more than one place has. */
public final class Errors {

  /** A number is expected. */
  public static final Reply NOT_AN_INTEGER = Reply.err("value is not an integer or out of range");

  /** An option is unknown, or does not go with another. */
  public static final Reply SYNTAX = Reply.err("syntax error");

  /** A key or a value is larger than this server takes. */
  public static final Reply TOO_LARGE =
      Reply.err("string exceeds maximum allowed size (proto-max-bulk-len)");

  private Errors() {}
}
