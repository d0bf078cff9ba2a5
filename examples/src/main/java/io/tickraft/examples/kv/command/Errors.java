package io.tickraft.examples.kv.command;

/** Errors in the words of Redis that more than one class uses. */
public final class Errors {

  /** An argument or a value is not a number. */
  public static final Reply NOT_AN_INTEGER = Reply.err("value is not an integer or out of range");

  /** An option is unknown, or two options exclude each other. */
  public static final Reply SYNTAX = Reply.err("syntax error");

  /** A key or a value exceeds the limit of this server. */
  public static final Reply TOO_LARGE =
      Reply.err("string exceeds maximum allowed size (proto-max-bulk-len)");

  /** The values of a reply exceed a limit. */
  public static final Reply REPLY_TOO_LARGE =
      new Reply.Failure("OOM the answer is larger than this server keeps for one client");

  private Errors() {}
}
