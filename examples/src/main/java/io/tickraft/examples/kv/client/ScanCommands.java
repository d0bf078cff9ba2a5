package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Integers;
import io.tickraft.examples.kv.command.KvMap;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The commands that list keys. Each looks at a limited number of keys: it runs on the event loop.
 */
final class ScanCommands {

  private static final int DEFAULT_COUNT = 10;
  private static final int MAX_COUNT = 10_000;
  private static final int MAX_SCAN_BYTES = 1 << 20;
  private static final int MAX_KEYS = 100_000;
  private static final int MAX_KEYS_BYTES = 4 << 20;
  private static final List<String> READ = List.of("readonly");
  private static final Glob ALL = new Glob(ByteString.copyFromUtf8("*"));
  private static final Reply INVALID_CURSOR = Reply.err("invalid cursor");
  private static final Reply TOO_MANY_KEYS =
      Reply.err("KEYS looks at up to " + MAX_KEYS + " keys, and there are more: use SCAN");

  private final ScanCursors cursors;

  ScanCommands(ClientLimits limits, LongSupplier nanoClock) {
    this.cursors = new ScanCursors(limits, nanoClock);
  }

  List<CommandSpec> specs() {
    return List.of(
        new CommandSpec("SCAN", -2, READ, 0, 0, 0, this::scan),
        new CommandSpec("KEYS", 2, READ, 0, 0, 0, (request, session) -> keys(request)));
  }

  /** Called when a connection has ended. */
  void closed(Session session) {
    cursors.closed(session);
  }

  private static Action keys(Request request) {
    Glob pattern;
    try {
      pattern = new Glob(request.arg(1));
    } catch (IllegalArgumentException e) {
      return Action.reply(Reply.err(String.valueOf(e.getMessage())));
    }
    return new Action.Read(
        (map, maxBytes) -> {
          Page page = new Page(pattern, MAX_KEYS, MAX_KEYS_BYTES);
          page.read(map, Optional.empty());
          if (page.last.isPresent()) {
            return TOO_MANY_KEYS;
          }
          Reply reply = new Reply.Array(page.found);
          return reply.valueBytes() <= maxBytes ? reply : Errors.REPLY_TOO_LARGE;
        });
  }

  private Action scan(Request request, Session session) {
    OptionalLong cursor = Integers.parse(request.arg(1));
    if (cursor.isEmpty()) {
      return Action.reply(INVALID_CURSOR);
    }
    Glob pattern = ALL;
    long count = DEFAULT_COUNT;
    boolean strings = true;
    for (int i = 2; i < request.count(); i += 2) {
      if (i + 1 == request.count()) {
        return Action.reply(Errors.SYNTAX);
      }
      switch (request.word(i)) {
        case "MATCH" -> {
          try {
            pattern = new Glob(request.arg(i + 1));
          } catch (IllegalArgumentException e) {
            return Action.reply(Reply.err(String.valueOf(e.getMessage())));
          }
        }
        case "COUNT" -> {
          OptionalLong number = Integers.parse(request.arg(i + 1));
          if (number.isEmpty()) {
            return Action.reply(Errors.NOT_AN_INTEGER);
          }
          count = number.getAsLong();
        }
        // All values are strings.
        case "TYPE" -> strings = request.word(i + 1).equals("STRING");
        default -> {
          return Action.reply(Errors.SYNTAX);
        }
      }
    }
    return count < 1
        ? Action.reply(Errors.SYNTAX)
        : scan(session, cursor.getAsLong(), pattern, (int) Math.min(count, MAX_COUNT), strings);
  }

  private Action scan(Session session, long cursor, Glob pattern, int count, boolean strings) {
    return new Action.Read(
        (map, maxBytes) -> {
          Optional<ByteString> after = cursors.key(cursor);
          if (cursor != 0 && after.isEmpty()) {
            return INVALID_CURSOR;
          }
          Page page = new Page(pattern, count, MAX_SCAN_BYTES);
          page.read(map, after);
          Reply keys = strings ? new Reply.Array(page.found) : Reply.array();
          if (keys.valueBytes() > maxBytes) {
            return Errors.REPLY_TOO_LARGE;
          }
          OptionalLong next =
              page.last.map(key -> cursors.after(session, key)).orElse(OptionalLong.of(0));
          return next.isPresent()
              ? Reply.array(Reply.bulk(Long.toString(next.getAsLong())), keys)
              : Refusals.NO_MEMORY;
        });
  }

  /** Some consecutive keys of the map: those that match a pattern. */
  private static final class Page {
    final Glob pattern;
    final List<Reply> found = new ArrayList<>();

    /** The last key that was looked at; empty if there is none after it. */
    Optional<ByteString> last = Optional.empty();

    private int keysLeft;
    private long bytesLeft;

    Page(Glob pattern, int keys, long bytes) {
      this.pattern = pattern;
      this.keysLeft = keys;
      this.bytesLeft = bytes;
    }

    void read(KvMap map, Optional<ByteString> after) {
      boolean[] more = new boolean[1];
      map.visitKeys(
          after,
          key -> {
            if (keysLeft == 0 || bytesLeft <= 0) {
              more[0] = true;
              return false;
            }
            keysLeft--;
            bytesLeft -= key.size();
            last = Optional.of(key);
            if (pattern.matches(key)) {
              found.add(new Reply.Bulk(key));
            }
            return true;
          });
      if (!more[0]) {
        last = Optional.empty();
      }
    }
  }
}
