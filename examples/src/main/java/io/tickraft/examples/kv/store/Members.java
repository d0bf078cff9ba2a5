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

/**
 * Who is in the group and where, beside the configuration of which Raft knows: part of the
 * replicated state, so that a node which joins or comes back knows whom to connect to.
 *
 * @param founders the ids of the first voters, which tell this group from any other; empty as long
 *     as a node has not joined
 * @param addresses where each member listens for the others, by id
 * @param removed the ids that were members and never will be again
 */
public record Members(
    List<Long> founders, NavigableMap<Long, HostAndPort> addresses, NavigableSet<Long> removed) {

  /** What a node knows that has not joined yet. */
  public static final Members NONE = new Members(List.of(), new TreeMap<>(), new TreeSet<>());

  /** Copies what is given. */
  public Members {
    founders = List.copyOf(founders);
    addresses = Collections.unmodifiableNavigableMap(new TreeMap<>(addresses));
    removed = Collections.unmodifiableNavigableSet(new TreeSet<>(removed));
  }

  /** Describes a group at its beginning: these are its voters. */
  public static Members founders(Map<Long, HostAndPort> addresses) {
    return new Members(
        List.copyOf(new TreeSet<>(addresses.keySet())), new TreeMap<>(addresses), new TreeSet<>());
  }

  // What a change brings.

  /**
   * Returns the context of a change that adds a node, or has it be at another address: where it
   * listens for the others.
   */
  public static ByteString context(long id, HostAndPort address) {
    return ByteString.copyFromUtf8(id + "=" + address);
  }

  /** Returns all ids of a configuration, those included that are on their way in or out. */
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
   * @param change the entry, of a membership change
   * @param configuration the configuration after it; as before it, if the change was impossible
   */
  Members after(Entry change, ConfState configuration) {
    NavigableMap<Long, HostAndPort> known = new TreeMap<>(addresses);
    // Whatever stands in the log must be read alike by every node, so what is no address is none.
    try {
      parse(ConfChange.parseFrom(change.getData()).getContext().toStringUtf8()).forEach(known::put);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // The configuration says that there is a member; nobody knows where.
    }
    NavigableSet<Long> ids = ids(configuration);
    known.keySet().retainAll(ids);
    NavigableSet<Long> gone = new TreeSet<>(addresses.keySet());
    gone.removeAll(ids);
    gone.addAll(removed);
    return new Members(founders, known, gone);
  }

  // The form in which they are stored and sent.

  /** Writes all of it. */
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
   * Reads what was {@linkplain #encode written}.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static Members decode(ByteString bytes) {
    String[] parts = bytes.toStringUtf8().split(";", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not the members of a group: " + bytes.toStringUtf8());
    }
    return new Members(ids(parts[0]), parse(parts[1]), new TreeSet<>(ids(parts[2])));
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
