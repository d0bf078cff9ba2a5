package io.tickraft.core.raft;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.RequestId;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The room for pending reads that a leader has for other nodes. Each other member has an equal
 * share of it, and all strangers together have one more, so that nobody can use up the room of
 * another. A leader's own reads have room of their own: {@link HostReads}.
 */
final class ReadRoom {

  /** Whose share strangers use: no node's id. */
  private static final long STRANGERS = 0;

  /** What names a request among all. */
  private record Key(long from, long incarnation, long sequence) implements Comparable<Key> {
    static Key of(long from, RequestId request) {
      return new Key(from, request.getIncarnation(), request.getSequence());
    }

    @Override
    public int compareTo(Key other) {
      int order = Long.compare(from, other.from);
      if (order == 0) {
        order = Long.compare(incarnation, other.incarnation);
      }
      return order != 0 ? order : Long.compare(sequence, other.sequence);
    }
  }

  /** The pending requests, by the id whose share they use; without empty sets. */
  private final Map<Long, TreeSet<Key>> shares = new TreeMap<>();

  ReadRoom copy() {
    ReadRoom copy = new ReadRoom();
    shares.forEach((owner, pending) -> copy.shares.put(owner, new TreeSet<>(pending)));
    return copy;
  }

  /** Returns the id whose share a node's requests use now. */
  static long owner(Configuration configuration, long from) {
    return configuration.isMember(from) ? from : STRANGERS;
  }

  /** Returns whether the same request is pending. */
  boolean isPending(long owner, long from, RequestId request) {
    TreeSet<Key> pending = shares.get(owner);
    return pending != null && pending.contains(Key.of(from, request));
  }

  /** Returns whether a share is used up. At least one read of each may always wait. */
  boolean isFull(RaftConfig config, Configuration configuration, long owner) {
    TreeSet<Key> pending = shares.get(owner);
    // As many shares as members: in place of the leader's own there is the strangers'.
    int share = Math.max(1, config.maxPendingReads() / Math.max(1, configuration.memberCount()));
    return pending != null && pending.size() >= share;
  }

  /** A request begins to wait. */
  void add(long owner, long from, RequestId request) {
    shares.computeIfAbsent(owner, id -> new TreeSet<>()).add(Key.of(from, request));
  }

  /** A request waits no longer. */
  void remove(long owner, long from, RequestId request) {
    TreeSet<Key> pending = shares.get(owner);
    if (pending != null) {
      pending.remove(Key.of(from, request));
      if (pending.isEmpty()) {
        shares.remove(owner);
      }
    }
  }

  /** No request waits any longer. */
  void clear() {
    shares.clear();
  }
}
