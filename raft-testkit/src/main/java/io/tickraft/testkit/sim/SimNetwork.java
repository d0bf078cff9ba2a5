package io.tickraft.testkit.sim;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The network of a simulation: the links that are cut, the loss, duplication and delay of messages,
 * and counters of the messages so far.
 */
public final class SimNetwork {

  /** The way from one node to another. */
  record Link(long from, long to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
    }
  }

  /** What is kept of a link. */
  private static final class LinkState {

    /** The highest sequence number that was delivered. */
    long lastDelivered = -1;
  }

  /** The longest delay that a schedule may ask for, in virtual milliseconds. */
  private static final int MAX_DELAY = 60_000;

  private final MessageOccasions occasions;

  /** Called after links were cut or restored. */
  private final Runnable linksChanged;

  private Conditions conditions = Conditions.RELIABLE;
  private final TreeSet<Long> disconnected = new TreeSet<>();
  private final TreeSet<Link> cut = new TreeSet<>();

  private final Map<Message.BodyCase, Long> sentByKind = new EnumMap<>(Message.BodyCase.class);

  private final PerLink<LinkState> links = new PerLink<>(LinkState::new);

  private long sequence;
  private long requests;
  private long bytes;
  private long lost;
  private long refused;
  private long duplicated;
  private long reordered;
  private long corrupted;
  private long echoed;
  private long delivered;

  SimNetwork(Choices choices, Runnable linksChanged) {
    this.occasions = new MessageOccasions(choices);
    this.linksChanged = linksChanged;
  }

  // Conditions and links.

  /**
   * Sets how messages are treated from now on.
   *
   * @param conditions the conditions
   */
  public void conditions(Conditions conditions) {
    this.conditions = conditions;
  }

  /** {@return how messages are treated now} */
  public Conditions conditions() {
    return conditions;
  }

  /**
   * Disconnects a node from all others. Messages from or to the node that would arrive meanwhile
   * are lost.
   *
   * @param node the node
   */
  public void disconnect(long node) {
    changed(disconnected.add(node));
  }

  /**
   * Ends {@link #disconnect}.
   *
   * @param node the node
   */
  public void connect(long node) {
    changed(disconnected.remove(node));
  }

  /**
   * Returns whether a node is connected.
   *
   * @param node the node
   * @return false from {@link #disconnect} to {@link #connect} or {@link #heal}
   */
  public boolean isConnected(long node) {
    return !disconnected.contains(node);
  }

  /**
   * Cuts the link from one node to another, in this direction only.
   *
   * @param from the sender
   * @param to the receiver
   */
  public void cut(long from, long to) {
    changed(cut.add(new Link(from, to)));
  }

  /**
   * Cuts all links between two groups of nodes, in both directions.
   *
   * @param group one group
   * @param others the other group
   */
  public void partition(List<Long> group, List<Long> others) {
    for (long one : group) {
      for (long other : others) {
        cut(one, other);
        cut(other, one);
      }
    }
  }

  /** Restores all links and connects all nodes. */
  public void heal() {
    boolean isWhole = cut.isEmpty() && disconnected.isEmpty();
    cut.clear();
    disconnected.clear();
    changed(!isWhole);
  }

  private void changed(boolean differs) {
    if (differs) {
      linksChanged.run();
    }
  }

  boolean carries(long from, long to) {
    return isConnected(from) && isConnected(to) && !cut.contains(new Link(from, to));
  }

  // Messages.

  /**
   * A message in flight. It may be corrupted, so only the link says where it comes from and goes;
   * sequence numbers follow the order of sending.
   */
  record Transit(Message message, Link link, int delayMillis, long sequence) {

    /** Returns the node at which the message arrives. */
    long receiver() {
      return link.to;
    }
  }

  /** Sends a message, and returns its deliveries: at most three. */
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
    Choices choices = occasions.of(message);
    if (choices.percent("lost", conditions.lossPercent())) {
      lost++;
      return List.of();
    }
    Link link = new Link(message.getFrom(), message.getTo());
    Message sent = message;
    if (choices.percent("unknown field", conditions.newerPercent())) {
      sent = Corruption.withUnknownField(message);
    }
    List<Transit> transits = new ArrayList<>(3);
    if (choices.percent("corrupted", conditions.corruptPercent())) {
      corrupted++;
      corrupt(sent, link, choices.part("corruption")).ifPresent(transits::add);
    } else {
      transits.add(new Transit(sent, link, delay(message, choices), sequence++));
    }
    if (choices.percent("twice", conditions.duplicatePercent())) {
      duplicated++;
      Choices second = choices.part("again");
      transits.add(new Transit(sent, link, delay(message, second), sequence++));
    }
    if (choices.percent("echo", conditions.echoPercent())) {
      echoed++;
      int delay = choices.next("echo after", 1 + conditions.maxEchoMillis());
      transits.add(new Transit(sent, link, delay, sequence++));
    }
    return transits;
  }

  private Optional<Transit> corrupt(Message message, Link link, Choices choices) {
    Corruption corruption = choices.of("kind", Corruption.of(message));
    Link way =
        corruption == Corruption.MISDELIVERED ? new Link(link.from, other(link, choices)) : link;
    return corruption
        .corrupt(message, choices)
        .map(m -> new Transit(m, way, delay(message, choices), sequence++));
  }

  /** Chooses another receiver: the sender itself, or a node near the right receiver. */
  private static long other(Link link, Choices choices) {
    return choices.of(
        "receiver", List.of(link.from, link.to + 1, Math.max(link.to - 1, link.from)));
  }

  private int delay(Message message, Choices choices) {
    int usual = conditions.maxDelayMillis() - conditions.minDelayMillis();
    int delay =
        conditions.minDelayMillis() + choices.upTo("delay", usual, Math.max(usual, MAX_DELAY));
    if (isAnswer(message.getBodyCase()) && choices.percent("detour", conditions.detourPercent())) {
      int longest = choices.next("longest", 1 + conditions.maxDetourMillis());
      delay += Conditions.MIN_DETOUR_MILLIS + choices.next("millis", 1 + longest);
    }
    if (choices.percent("late", conditions.latePercent())) {
      delay += choices.next("late by", 1 + conditions.maxLateMillis());
    }
    return delay;
  }

  /** Counts an arriving message, and says whether it is delivered: not if its link is cut now. */
  boolean arrives(Transit transit) {
    Link link = transit.link;
    if (!carries(link.from, link.to)) {
      refused++;
      return false;
    }
    delivered++;
    LinkState state = links.of(link.from, link.to);
    if (transit.sequence < state.lastDelivered) {
      reordered++;
    } else {
      state.lastDelivered = transit.sequence;
    }
    return true;
  }

  static boolean isAnswer(Message.BodyCase kind) {
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
      case APPEND,
          HEARTBEAT,
          PRE_VOTE,
          VOTE,
          INSTALL_SNAPSHOT,
          TIMEOUT_NOW,
          PROPOSE,
          READ_INDEX,
          TRANSFER_LEADER,
          BODY_NOT_SET ->
          false;
    };
  }

  // Counters.

  /**
   * Returns how many messages of a kind were sent.
   *
   * @param kind the kind
   * @return the number of messages, including lost ones
   */
  public long sent(Message.BodyCase kind) {
    return sentByKind.getOrDefault(kind, 0L);
  }

  /**
   * Returns how many requests were sent: messages that are not responses. The MIT labs count these
   * as RPCs.
   *
   * @return the number of messages, including lost ones
   */
  public long requests() {
    return requests;
  }

  /**
   * {@return the sum of the serialized sizes of all messages sent, including lost ones, in bytes}
   */
  public long bytes() {
    return bytes;
  }

  /** {@return how many messages were lost by {@link Conditions#lossPercent()}} */
  public long lost() {
    return lost;
  }

  /** {@return how many messages were lost because their link was cut or a node was disconnected} */
  public long refused() {
    return refused;
  }

  /** {@return how many messages were duplicated} */
  public long duplicated() {
    return duplicated;
  }

  /** {@return how many messages were {@linkplain Corruption corrupted}} */
  public long corrupted() {
    return corrupted;
  }

  /** {@return how many messages were sent again by an {@linkplain Conditions#withEchoes echo}} */
  public long echoed() {
    return echoed;
  }

  /** {@return how many messages arrived after a later one of the same link} */
  public long reordered() {
    return reordered;
  }

  /** {@return how many messages have arrived over a link that was not cut, including duplicates} */
  public long delivered() {
    return delivered;
  }
}
