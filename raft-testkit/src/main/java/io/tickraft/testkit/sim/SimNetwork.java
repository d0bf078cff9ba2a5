package io.tickraft.testkit.sim;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The network of a simulation: which links there are, what becomes of a message on its way, and
 * what it has cost so far.
 */
public final class SimNetwork {

  private record Link(long from, long to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
    }
  }

  private final Choices choices;
  private Conditions conditions = Conditions.RELIABLE;
  private final TreeSet<Long> disconnected = new TreeSet<>();
  private final TreeSet<Link> cut = new TreeSet<>();

  private final Map<Message.BodyCase, Long> sentByKind = new EnumMap<>(Message.BodyCase.class);
  private final Map<Link, Long> lastDelivered = new TreeMap<>();
  private long sequence;
  private long requests;
  private long bytes;
  private long lost;
  private long refused;
  private long duplicated;
  private long reordered;
  private long delivered;

  SimNetwork(Choices choices) {
    this.choices = choices;
  }

  // What the network is like.

  /**
   * Sets how messages are treated from now on.
   *
   * @param conditions the conditions
   */
  public void conditions(Conditions conditions) {
    this.conditions = conditions;
  }

  /**
   * Cuts a node off from all others. What is on its way from it or to it is lost.
   *
   * @param node the node
   */
  public void disconnect(long node) {
    disconnected.add(node);
  }

  /**
   * Ends what {@link #disconnect} began.
   *
   * @param node the node
   */
  public void connect(long node) {
    disconnected.remove(node);
  }

  /**
   * Says whether a node is not cut off.
   *
   * @param node the node
   * @return whether it may reach others
   */
  public boolean isConnected(long node) {
    return !disconnected.contains(node);
  }

  /**
   * Cuts the link from one node to another; the way back stays open.
   *
   * @param from the sender
   * @param to the receiver
   */
  public void cut(long from, long to) {
    cut.add(new Link(from, to));
  }

  /**
   * Divides the nodes: no message gets from a node of the group to one outside of it, nor back.
   *
   * @param group one side
   * @param others the other side
   */
  public void partition(List<Long> group, List<Long> others) {
    for (long one : group) {
      for (long other : others) {
        cut(one, other);
        cut(other, one);
      }
    }
  }

  /** Mends all links and connects all nodes. */
  public void heal() {
    cut.clear();
    disconnected.clear();
  }

  boolean carries(long from, long to) {
    return isConnected(from) && isConnected(to) && !cut.contains(new Link(from, to));
  }

  // Messages.

  /** A message on its way. */
  record Transit(Message message, int delayMillis, long sequence) {}

  /** Takes a message, and returns when it arrives: not at all, once, or twice. */
  List<Transit> send(Message message) {
    sentByKind.merge(message.getBodyCase(), 1L, Long::sum);
    bytes += message.getSerializedSize();
    if (!isAnswer(message.getBodyCase())) {
      requests++;
    }
    if (!carries(message.getFrom(), message.getTo())) {
      refused++;
      return List.of();
    }
    if (choices.percent(conditions.lossPercent())) {
      lost++;
      return List.of();
    }
    List<Transit> transits = new ArrayList<>(2);
    transits.add(new Transit(message, delay(message), sequence++));
    if (choices.percent(conditions.duplicatePercent())) {
      duplicated++;
      transits.add(new Transit(message, delay(message), sequence++));
    }
    return transits;
  }

  private int delay(Message message) {
    int delay = choices.between(conditions.minDelayMillis(), conditions.maxDelayMillis());
    if (isAnswer(message.getBodyCase()) && choices.percent(conditions.detourPercent())) {
      int longest = choices.next(1 + conditions.maxDetourMillis());
      delay += Conditions.MIN_DETOUR_MILLIS + choices.next(1 + longest);
    }
    return delay;
  }

  /** A message has arrived; says whether its link still was there. */
  boolean arrives(Transit transit) {
    Link link = new Link(transit.message.getFrom(), transit.message.getTo());
    if (!carries(link.from, link.to)) {
      refused++;
      return false;
    }
    delivered++;
    long last = lastDelivered.getOrDefault(link, -1L);
    if (transit.sequence < last) {
      reordered++;
    } else {
      lastDelivered.put(link, transit.sequence);
    }
    return true;
  }

  private static boolean isAnswer(Message.BodyCase kind) {
    return switch (kind) {
      case APPEND_RESPONSE,
          HEARTBEAT_RESPONSE,
          PRE_VOTE_RESPONSE,
          VOTE_RESPONSE,
          INSTALL_SNAPSHOT_RESPONSE,
          TIMEOUT_NOW_RESPONSE,
          PROPOSE_RESPONSE,
          READ_INDEX_RESPONSE,
          TRANSFER_LEADER_RESPONSE ->
          true;
      default -> false;
    };
  }

  // What it has cost.

  /**
   * Returns how many messages of a kind were sent.
   *
   * @param kind the kind
   * @return messages, lost ones included
   */
  public long sent(Message.BodyCase kind) {
    return sentByKind.getOrDefault(kind, 0L);
  }

  /**
   * Returns how many requests were sent: messages that are no answers, which is what the labs count
   * as RPCs.
   *
   * @return messages, lost ones included
   */
  public long requests() {
    return requests;
  }

  /**
   * Returns how many bytes were sent.
   *
   * @return the sum of the messages' serialized sizes, lost ones included
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns how many messages were lost by chance.
   *
   * @return messages
   */
  public long lost() {
    return lost;
  }

  /**
   * Returns how many messages met a link that was cut.
   *
   * @return messages
   */
  public long refused() {
    return refused;
  }

  /**
   * Returns how many messages were duplicated.
   *
   * @return messages
   */
  public long duplicated() {
    return duplicated;
  }

  /**
   * Returns how many messages were overtaken by a later one of the same link.
   *
   * @return messages
   */
  public long reordered() {
    return reordered;
  }

  /**
   * Returns how many messages have arrived.
   *
   * @return messages, duplicates included
   */
  public long delivered() {
    return delivered;
  }
}
