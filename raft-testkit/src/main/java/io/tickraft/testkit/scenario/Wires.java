package io.tickraft.testkit.scenario;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The network of a scenario: what is on its way, in order, and which links there are. */
final class Wires {

  /** A message on its way, until it is delivered or lost. */
  static final class Packet {

    private final Message message;
    private boolean held;
    private boolean gone;

    private Packet(Message message) {
      this.message = message;
    }

    Message message() {
      return message;
    }

    boolean isHeld() {
      return held;
    }

    boolean isGone() {
      return gone;
    }
  }

  private record Link(long from, long to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
    }
  }

  private final List<Packet> packets = new ArrayList<>();

  /** Which side of a partition a node is on; a node that is not named is on side 0. */
  private final Map<Long, Integer> sides = new TreeMap<>();

  private final TreeSet<Link> cuts = new TreeSet<>();

  /** Puts a message on its way. */
  Packet add(Message message) {
    Packet packet = new Packet(message);
    packets.add(packet);
    return packet;
  }

  /** What is on its way, in order. */
  List<Packet> packets() {
    return Collections.unmodifiableList(packets);
  }

  /** A packet is delivered or lost. */
  void remove(Packet packet) {
    packet.gone = true;
    packets.remove(packet);
  }

  void hold(Packet packet, boolean held) {
    packet.held = held;
  }

  /** Lets packets change places with each other, so that they stand in the given order. */
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

  /** Divides the nodes; those in no group are together. */
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
