package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The state machine: a number, and the addresses of the members, as Raft knows only their ids.
 *
 * <p>The same entries must give the same state on each node. So nothing here depends on the clock,
 * on chance or on the order of a hash map. And nothing throws because of what an entry holds, as
 * that would stop every node, and again at each start: what cannot be read is ignored.
 */
class Counter {

  private static final String MEMBER = "[1-9]\\d{0,17}=[\\w.-]+:\\d{1,5}";

  long value;
  long applied;
  final Map<Long, String> addresses = new TreeMap<>();

  /** {@return the addresses of members such as {@code 1=host:port,2=host:port}} */
  static Map<Long, String> members(String text) {
    Map<Long, String> members = new TreeMap<>();
    for (String member : text.split(",", -1)) {
      if (!member.matches(MEMBER)) {
        throw new IllegalArgumentException("not id=host:port,id=host:port: " + text);
      }
      String[] parts = member.split("[=:]", 3);
      int port = Integer.parseInt(parts[2]);
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("a port is from 1 to 65535: " + member);
      }
      if (members.put(Long.valueOf(parts[0]), parts[1] + ":" + port) != null) {
        throw new IllegalArgumentException("node " + parts[0] + " is named twice: " + text);
      }
    }
    return members;
  }

  void apply(Entry entry) throws IOException {
    try {
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        value += Long.parseLong(entry.getData().toStringUtf8()); // Wraps around.
      } else if (entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE) {
        // No address is removed: a node that leaves the group is still sent a last message.
        addresses.putAll(
            members(ConfChange.parseFrom(entry.getData()).getContext().toStringUtf8()));
      }
    } catch (IllegalArgumentException e) {
      // No number; or no members, as in a change that removes one.
    }
    applied = entry.getIndex();
  }

  ByteString save() {
    String members =
        addresses.entrySet().stream()
            .map(member -> member.getKey() + "=" + member.getValue())
            .collect(Collectors.joining(","));
    return ByteString.copyFromUtf8(value + " " + members);
  }

  void restore(Snapshot snapshot) {
    String[] state = snapshot.getData().toStringUtf8().split(" ", 2);
    value = state[0].isEmpty() ? 0 : Long.parseLong(state[0]); // A node that joins has no snapshot.
    addresses.clear();
    if (state.length > 1 && !state[1].isEmpty()) {
      addresses.putAll(members(state[1]));
    }
    applied = snapshot.getMetadata().getIndex();
  }
}
