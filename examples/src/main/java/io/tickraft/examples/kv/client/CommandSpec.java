package io.tickraft.examples.kv.client;

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

  Access access() {
    if (flags.contains("readonly")) {
      return Access.READ;
    }
    return flags.contains("write") ? Access.WRITE : Access.NONE;
  }

  /** The implementation of a command. */
  @FunctionalInterface
  interface Handler {

    /**
     * Answers a request, now or later.
     *
     * @param request the request, with the right number of words
     * @param client the connection that the request came from
     * @param answer the answer to complete
     */
    void handle(Request request, ClientConnection client, Answer answer);
  }

  /** The implementation of a command that is answered at once. */
  @FunctionalInterface
  interface Immediate {
    Reply answer(Request request, ClientConnection client);
  }

  static CommandSpec of(String name, int arity, Immediate command) {
    return new CommandSpec(
        name,
        arity,
        List.of("fast"),
        0,
        0,
        0,
        (request, client, answer) -> answer.complete(command.answer(request, client)));
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
