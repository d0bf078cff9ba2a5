package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.RequestId;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The limit of pending reads that a leader has for other nodes. Each other member has an equal
 * share, and all nodes that are not members have one share together, so no node can use up the
 * share of another. The leader's own reads have a separate limit: {@link HostReads}.
 */
final class ReadRoom {

  /** The owner of the share of all nodes that are not members: not the id of a node. */
  private static final long STRANGERS = 0;

  /** Identifies a request among those of all nodes. */
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

  void digest(Digest digest) {
    digest.unordered(
        shares.entrySet(),
        (share, d) ->
            d.id(share.getKey())
                .unordered(
                    share.getValue(),
                    (key, each) -> each.id(key.from).number(key.incarnation).number(key.sequence)));
  }

  /** Returns the owner of the share that a node's requests use now. */
  static long owner(Configuration configuration, long from) {
    return configuration.isMember(from) ? from : STRANGERS;
  }

  /** Returns whether the same request is pending. */
  boolean isPending(long owner, long from, RequestId request) {
    TreeSet<Key> pending = shares.get(owner);
    return pending != null && pending.contains(Key.of(from, request));
  }

  /** Returns whether a share is used up. A share has room for at least one read. */
  boolean isFull(RaftConfig config, Configuration configuration, long owner) {
    TreeSet<Key> pending = shares.get(owner);
    // There are as many shares as members: the strangers' share replaces the leader's.
    int share = Math.max(1, config.maxPendingReads() / Math.max(1, configuration.memberCount()));
    return pending != null && pending.size() >= share;
  }

  void add(long owner, long from, RequestId request) {
    shares.computeIfAbsent(owner, id -> new TreeSet<>()).add(Key.of(from, request));
  }

  void remove(long owner, long from, RequestId request) {
    TreeSet<Key> pending = shares.get(owner);
    if (pending != null) {
      pending.remove(Key.of(from, request));
      if (pending.isEmpty()) {
        shares.remove(owner);
      }
    }
  }

  void clear() {
    shares.clear();
  }
}
