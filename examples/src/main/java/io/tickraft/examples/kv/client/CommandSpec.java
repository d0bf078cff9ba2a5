package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A command that clients may use, as {@code COMMAND} describes it to them.
 *
 * @param name its name, in capitals
 * @param arity how many words a request has, its name included; negative: at least that many
 * @param flags what Redis says of it
 * @param firstKey which word is the first key; 0: there is none
 * @param lastKey which word is the last key, negative: counted from the end
 * @param keyStep how many words it is from one key to the next
 * @param handler what it does
 */
record CommandSpec(
    String name,
    int arity,
    List<String> flags,
    int firstKey,
    int lastKey,
    int keyStep,
    Handler handler) {

  /** What a command does to the map. */
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

  /** What a command does. */
  @FunctionalInterface
  interface Handler {

    /**
     * Answers a request, now or later.
     *
     * @param request the request, of the right number of words
     * @param client whose it is
     * @param answer where the answer goes
     */
    void handle(Request request, ClientConnection client, Answer answer);
  }

  /** What a command without further ado does: its answer follows from the request. */
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
