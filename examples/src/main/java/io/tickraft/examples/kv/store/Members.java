package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The addresses of the members, and the removed members. Raft's configuration holds only ids. Part
 * of the replicated state: a node that joins or restarts finds in it the nodes to connect to.
 *
 * @param founders the ids of the first voters, which distinguish this group from any other; empty
 *     until the node has joined
 * @param addresses the address at which each member listens for its peers, by id
 * @param removed the ids of removed members, which are never used again
 */
public record Members(
    List<Long> founders, NavigableMap<Long, HostAndPort> addresses, NavigableSet<Long> removed) {

  /** The state of a node that has not joined yet. */
  public static final Members NONE = new Members(List.of(), new TreeMap<>(), new TreeSet<>());

  /** Copies the collections. */
  public Members {
    founders = List.copyOf(founders);
    addresses = Collections.unmodifiableNavigableMap(new TreeMap<>(addresses));
    removed = Collections.unmodifiableNavigableSet(new TreeSet<>(removed));
  }

  /** {@return the members of a new group, with these voters} */
  public static Members founders(Map<Long, HostAndPort> addresses) {
    return new Members(
        List.copyOf(new TreeSet<>(addresses.keySet())), new TreeMap<>(addresses), new TreeSet<>());
  }

  // Changes.

  /**
   * Returns the context of a change that adds a node or changes its address.
   *
   * @param address the address at which the node listens for its peers
   */
  public static ByteString context(long id, HostAndPort address) {
    return ByteString.copyFromUtf8(id + "=" + address);
  }

  /** {@return all ids of a configuration, of both halves of a joint one} */
  public static NavigableSet<Long> ids(ConfState configuration) {
    TreeSet<Long> ids = new TreeSet<>(configuration.getVotersList());
    ids.addAll(configuration.getLearnersList());
    ids.addAll(configuration.getVotersOutgoingList());
    ids.addAll(configuration.getLearnersNextList());
    return ids;
  }

  /**
   * Returns the members after an entry.
   *
   * @param change the entry of a membership change
   * @param configuration the configuration after the entry: the same as before if the change was
   *     impossible
   * @throws UnreadableEntryException if this version cannot read the entry
   */
  Members after(Entry change, ConfState configuration) {
    NavigableMap<Long, HostAndPort> known = new TreeMap<>(addresses);
    try {
      parse(ConfChange.parseFrom(change.getData()).getContext().toStringUtf8()).forEach(known::put);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableEntryException(change, e);
    }
    NavigableSet<Long> ids = ids(configuration);
    known.keySet().retainAll(ids);
    NavigableSet<Long> allRemoved = new TreeSet<>(addresses.keySet());
    allRemoved.removeAll(ids);
    allRemoved.addAll(removed);
    return new Members(founders, known, allRemoved);
  }

  // The encoded form, for the disk and for snapshots.

  /** {@return the encoded form} */
  public ByteString encode() {
    return ByteString.copyFromUtf8(
        join(founders)
            + ";"
            + addresses.entrySet().stream()
                .map(member -> member.getKey() + "=" + member.getValue())
                .collect(Collectors.joining(","))
            + ";"
            + join(removed));
  }

  private static String join(Collection<Long> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * Decodes what {@link #encode} returns.
   *
   * @throws IllegalArgumentException if the bytes do not have that form
   */
  public static Members decode(ByteString bytes) {
    String[] parts = bytes.toStringUtf8().split(";", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not the members of a group: " + bytes.toStringUtf8());
    }
    Members members = new Members(ids(parts[0]), parse(parts[1]), new TreeSet<>(ids(parts[2])));
    Stream.of(members.founders, members.addresses.keySet(), members.removed)
        .flatMap(Collection::stream)
        .forEach(Members::checkId);
    return members;
  }

  private static void checkId(long id) {
    if (id < 1) {
      throw new IllegalArgumentException("an id is at least 1: " + id);
    }
  }

  private static List<Long> ids(String text) {
    List<Long> ids = new ArrayList<>();
    for (String id : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      ids.add(Long.parseLong(id));
    }
    return ids;
  }

  private static NavigableMap<Long, HostAndPort> parse(String text) {
    NavigableMap<Long, HostAndPort> addresses = new TreeMap<>();
    for (String member : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int sign = member.indexOf('=');
      if (sign < 0) {
        throw new IllegalArgumentException("not id=host:port: " + member);
      }
      addresses.put(
          Long.parseLong(member.substring(0, sign)), HostAndPort.parse(member.substring(sign + 1)));
    }
    return addresses;
  }
}
