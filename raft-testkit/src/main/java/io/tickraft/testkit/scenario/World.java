package io.tickraft.testkit.scenario;

import io.tickraft.core.MemoryStorage;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The group of a scenario: its nodes, what is on its way between them, who watches, and where it is
 * told.
 */
final class World implements ScenarioNode.Surroundings {

  static final int MAX_NODES = 99;

  private final TreeMap<Long, ScenarioNode> nodes = new TreeMap<>();
  private final Wires wires = new Wires();
  private final Oracle oracle = Oracles.all();
  private NodeOptions defaults = NodeOptions.none();
  private Transcript out = new Transcript(Verbosity.QUIET);

  @Override
  public Transcript out() {
    return out;
  }

  /** From here on it is told there. */
  void tellTo(Transcript transcript) {
    out = transcript;
  }

  Wires wires() {
    return wires;
  }

  NodeOptions defaults() {
    return defaults;
  }

  void defaults(NodeOptions options) {
    defaults = options;
  }

  // Nodes.

  ScenarioNode add(long id, NodeOptions options, MemoryStorage storage, Arguments args) {
    if (nodes.containsKey(id)) {
      throw args.mistake("there is a node " + id);
    }
    if (nodes.size() == MAX_NODES) {
      throw args.mistake("there are " + MAX_NODES + " nodes, which is as many as may be");
    }
    ScenarioNode node = new ScenarioNode(id, options, storage, oracle, this);
    nodes.put(id, node);
    return node;
  }

  Collection<ScenarioNode> nodes() {
    return nodes.values();
  }

  List<ScenarioNode> upNodes() {
    return nodes.values().stream().filter(ScenarioNode::isUp).toList();
  }

  /** Returns the node that the next word names. */
  ScenarioNode node(Arguments args) {
    return node(args, args.number("node", args.word("a node"), 1, Long.MAX_VALUE));
  }

  ScenarioNode node(Arguments args, long id) {
    return Optional.ofNullable(nodes.get(id))
        .orElseThrow(
            () ->
                args.mistake(
                    "unknown node: "
                        + id
                        + (nodes.isEmpty() ? "; there is none" : "; there are " + nodes.keySet())));
  }

  /** Returns the node that the next word names, which must be up. */
  ScenarioNode upNode(Arguments args) {
    ScenarioNode node = node(args);
    if (!node.isUp()) {
      throw args.mistake("node " + node.id() + " is down");
    }
    return node;
  }

  /** Returns the nodes that the next word names, such as {@code 1,3}; {@code all}, or no word. */
  List<ScenarioNode> nodes(Arguments args) {
    if (!args.hasWord() || args.takes("all")) {
      return new ArrayList<>(nodes.values());
    }
    List<ScenarioNode> named = new ArrayList<>();
    for (long id : args.ids("nodes", args.word("nodes"))) {
      named.add(node(args, id));
    }
    return named;
  }

  /** Returns those nodes that the next word names, all of which must be up, unless it is all. */
  List<ScenarioNode> upNodes(Arguments args) {
    if (!args.hasWord()) {
      throw args.mistake("missing: nodes, such as 1 or 1,3 or all");
    }
    if (args.takes("all")) {
      return upNodes();
    }
    List<ScenarioNode> named = nodes(args);
    for (ScenarioNode node : named) {
      if (!node.isUp()) {
        throw args.mistake("node " + node.id() + " is down");
      }
    }
    return named;
  }

  // Messages.

  @Override
  public void send(Message message, boolean told) {
    if (!nodes.containsKey(message.getTo())) {
      out.lost(message, " (there is no node " + message.getTo() + ")");
    } else if (!wires.carries(message.getFrom(), message.getTo())) {
      out.lost(message, "");
    } else {
      Wires.Packet packet = wires.add(message);
      if (!told) {
        out.sent(packet);
      }
    }
  }

  /** Lets a message arrive. */
  void deliver(Wires.Packet packet) {
    Message message = packet.message();
    wires.remove(packet);
    ScenarioNode receiver = nodes.get(message.getTo());
    if (receiver != null && receiver.isUp()) {
      out.delivered(
          message,
          () ->
              receiver.act(
                  host -> {
                    host.step(message);
                    return "";
                  }));
    } else {
      out.lost(message, " (" + message.getTo() + " is down)");
    }
  }

  /** Loses what is on its way over links that are cut, unless it is held. */
  void loseWhatIsCut() {
    for (Wires.Packet packet : List.copyOf(wires.packets())) {
      Message message = packet.message();
      if (!packet.isHeld() && !wires.carries(message.getFrom(), message.getTo())) {
        wires.remove(packet);
        out.lost(message, "");
      }
    }
  }

  /**
   * Delivers messages in order, those included that are sent meanwhile, until there are none.
   *
   * @param limit how many messages at the most
   * @return whether none is left
   */
  boolean settle(Selection selection, int limit) {
    for (int delivered = 0; delivered < limit; delivered++) {
      Optional<Wires.Packet> next = next(selection);
      if (next.isEmpty()) {
        return true;
      }
      deliver(next.get());
    }
    return next(selection).isEmpty();
  }

  private Optional<Wires.Packet> next(Selection selection) {
    return wires.packets().stream()
        .filter(packet -> !packet.isHeld() && selection.matches(packet))
        .findFirst();
  }
}
