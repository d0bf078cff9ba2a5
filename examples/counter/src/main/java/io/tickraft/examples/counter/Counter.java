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
 * on chance or on the order of a hash map. And nothing throws because of what a client has sent, as
 * that would stop every node: a command is checked before it is proposed.
 */
class Counter {

  private static final String ADDRESS = "[\\w.-]+:\\d{1,5}";
  private static final String MEMBERS = "[1-9]\\d{0,17}=" + ADDRESS;

  long value;
  long applied;
  final Map<Long, String> addresses = new TreeMap<>();

  /** {@return members such as {@code 1=host:port,2=host:port}, checked} */
  static String checked(String members) {
    if (!members.matches(MEMBERS + "(," + MEMBERS + ")*")) {
      throw new IllegalArgumentException("not id=host:port,id=host:port: " + members);
    }
    return members;
  }

  void apply(Entry entry) throws IOException {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      value += Long.parseLong(entry.getData().toStringUtf8()); // Wraps around, and never throws.
    } else if (entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE) {
      addAddresses(ConfChange.parseFrom(entry.getData()).getContext().toStringUtf8());
    }
    applied = entry.getIndex();
  }

  /** No address is removed: a node that leaves the group is still sent a last message. */
  void addAddresses(String members) {
    if (!members.isEmpty()) {
      for (String member : members.split(",", -1)) {
        String[] parts = member.split("=", 2);
        addresses.put(Long.valueOf(parts[0]), parts[1]);
      }
    }
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
    addAddresses(state.length > 1 ? state[1] : "");
    applied = snapshot.getMetadata().getIndex();
  }
}
