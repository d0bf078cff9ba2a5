package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A command for clients, with the description that {@code COMMAND} returns.
 *
 * @param name the name, in capitals
 * @param arity the number of words of a request, including the name; negative: the minimum
 * @param flags the flags of the command in Redis
 * @param firstKey the position of the first key; 0: the command has no keys
 * @param lastKey the position of the last key; negative: counted from the end
 * @param keyStep the number of words from one key to the next
 * @param handler the implementation
 */
record CommandSpec(
    String name,
    int arity,
    List<String> flags,
    int firstKey,
    int lastKey,
    int keyStep,
    Handler handler) {

  /** The access of a command to the replicated map. */
  enum Access {
    READ,
    WRITE,
    NONE
  }

  /** {@return the role that a client needs} */
  Role role() {
    if (flags.contains("admin")) {
      return Role.ADMIN;
    }
    return flags.contains("write") ? Role.WRITER : Role.READER;
  }

  /** {@return whether a client may send the command before it has logged in} */
  boolean isForStrangers() {
    return flags.contains("no_auth");
  }

  /** {@return whether the command may be a part of a transaction: whether it is about keys} */
  boolean isForTransactions() {
    return flags.contains("readonly") || flags.contains("write");
  }

  /** {@return the first key of a request; empty if it has none} */
  ByteString firstKey(Request request) {
    return firstKey > 0 ? request.arg(firstKey) : ByteString.EMPTY;
  }

  /** The implementation of a command. */
  @FunctionalInterface
  interface Handler {

    /**
     * Returns what a request asks for.
     *
     * @param request the request, with the right number of words
     * @param session the client that the request came from
     */
    Action handle(Request request, Session session);
  }

  /** The implementation of a command that is answered at once. */
  @FunctionalInterface
  interface Immediate {
    Reply answer(Request request, Session session);
  }

  static CommandSpec of(String name, int arity, Immediate command) {
    return of(name, arity, "fast", command);
  }

  static CommandSpec of(String name, int arity, String flag, Immediate command) {
    return new CommandSpec(
        name,
        arity,
        List.of(flag),
        0,
        0,
        0,
        (request, session) -> Action.reply(command.answer(request, session)));
  }

  boolean takes(int words) {
    return arity < 0 ? words >= -arity : words == arity;
  }

  Reply description() {
    List<Reply> words = new ArrayList<>();
    flags.forEach(flag -> words.add(new Reply.Simple(flag)));
    return Reply.array(
        Reply.bulk(name.toLowerCase(Locale.ROOT)),
        new Reply.Int(arity),
        new Reply.Array(words),
        new Reply.Int(firstKey),
        new Reply.Int(lastKey),
        new Reply.Int(keyStep));
  }
}
