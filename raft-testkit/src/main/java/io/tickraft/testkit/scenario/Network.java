package io.tickraft.testkit.scenario;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The network of a scenario: the messages in flight, in order, and the links that are cut. */
final class Network {

  /** A message in flight, until it is delivered or lost. */
  static final class Packet {

    private final Message message;
    private final String name;
    private boolean held;
    private boolean inFlight = true;

    private Packet(Message message, String name) {
      this.message = message;
      this.name = name;
    }

    /** Returns the name of its message; a copy has the same. */
    String name() {
      return name;
    }

    Message message() {
      return message;
    }

    boolean isHeld() {
      return held;
    }

    boolean isInFlight() {
      return inFlight;
    }
  }

  private record Link(long from, long to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
    }
  }

  private final List<Packet> packets = new ArrayList<>();
  private final MessageNames names = new MessageNames();

  /** The side of a partition that a node is on, from 1; a node without an entry is on side 0. */
  private final Map<Long, Integer> sides = new TreeMap<>();

  /** Links that are cut in addition to the partition. */
  private final TreeSet<Link> cuts = new TreeSet<>();

  /** Names a message that is being sent, whether or not it gets anywhere. */
  String name(Message message) {
    return names.next(message);
  }

  Packet add(Message message, String name) {
    Packet packet = new Packet(message, name);
    packets.add(packet);
    return packet;
  }

  /** Returns the messages in flight, in order. */
  List<Packet> packets() {
    return Collections.unmodifiableList(packets);
  }

  /** Removes a packet that is delivered or lost. */
  void remove(Packet packet) {
    packet.inFlight = false;
    packets.remove(packet);
  }

  void hold(Packet packet, boolean held) {
    packet.held = held;
  }

  /** Permutes packets into the given order, within the places that they have now. */
  void reorder(List<Packet> order) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < packets.size(); i++) {
      if (order.contains(packets.get(i))) {
        places.add(i);
      }
    }
    for (int i = 0; i < places.size(); i++) {
      packets.set(places.get(i), order.get(i));
    }
  }

  // Links.

  boolean carries(long from, long to) {
    return sides.getOrDefault(from, 0).equals(sides.getOrDefault(to, 0))
        && !cuts.contains(new Link(from, to));
  }

  void cut(long from, long to) {
    cuts.add(new Link(from, to));
  }

  /** Replaces the partition; the nodes in no group form one more side. */
  void partition(List<List<Long>> groups) {
    sides.clear();
    for (int i = 0; i < groups.size(); i++) {
      for (long id : groups.get(i)) {
        sides.put(id, i + 1);
      }
    }
  }

  void heal() {
    sides.clear();
    cuts.clear();
  }
}
