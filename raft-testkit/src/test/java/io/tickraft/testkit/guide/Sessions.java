package io.tickraft.testkit.guide;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A part of a state machine that applies each request once, as docs/embedding.md shows it. */
final class Sessions {

  private record Last(long number, ByteString reply) {}

  private final Map<Long, Last> lastOf = new TreeMap<>();

  /** Applies a request, unless this client's request of this number or a later one was applied. */
  ByteString apply(long client, long number, Supplier<ByteString> request) {
    Last last = lastOf.get(client);
    if (last != null && number <= last.number()) {
      return last.reply();
    }
    ByteString reply = request.get();
    lastOf.put(client, new Last(number, reply));
    return reply;
  }
}
