package io.tickraft.testkit.scenario;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The state of a running scenario: the nodes, the network between them, the oracle that checks
 * them, and the current transcript.
 */
final class World implements ScenarioNode.Environment {

  static final int MAX_NODES = 99;

  /** Stands for no message where names of messages may stand. */
  static final String NONE = "none";

  private final TreeMap<Long, ScenarioNode> nodes = new TreeMap<>();
  private final Network network = new Network();
  private final Oracle oracle;
  private NodeOptions defaults = NodeOptions.none();
  private Transcript out = new Transcript(Verbosity.QUIET);

  World() {
    this(Oracles.all());
  }

  /** Creates a world whose events also go to an observer, before the oracles. */
  World(Oracle observer, Oracles oracles) {
    this(new Oracles(List.of(observer, oracles)));
  }

  private World(Oracle oracle) {
    this.oracle = oracle;
  }

  @Override
  public Transcript out() {
    return out;
  }

  /** Sets the transcript that is written from here on. */
  void writeTo(Transcript transcript) {
    out = transcript;
  }

  Network network() {
    return network;
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
      throw args.mistake("there are " + MAX_NODES + " nodes, which is the maximum");
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
                        + (nodes.isEmpty()
                            ? "; there are no nodes"
                            : "; there are " + nodes.keySet())));
  }

  /** Returns the node that the next word names, which must be up. */
  ScenarioNode upNode(Arguments args) {
    ScenarioNode node = node(args);
    if (!node.isUp()) {
      throw args.mistake("node " + node.id() + " is down");
    }
    return node;
  }

  /**
   * Returns the nodes that the next word names, such as {@code 1,3}; all for {@code all} or no
   * word.
   */
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

  /**
   * Returns the nodes that the next word names, which must be up; for {@code all}, those that are.
   */
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
  public void send(Message message, boolean reported) {
    String name = network.name(message);
    if (!nodes.containsKey(message.getTo())) {
      lose(message, " (there is no node " + message.getTo() + ")");
    } else if (!network.carries(message.getFrom(), message.getTo())) {
      lose(message, "");
    } else {
      Network.Packet packet = network.add(message, name);
      if (!reported) {
        out.sent(packet);
      }
    }
  }

  /** Delivers a message; the message is lost if the receiver is down. */
  void deliver(Network.Packet packet) {
    Message message = packet.message();
    network.remove(packet);
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
      lose(message, " (" + message.getTo() + " is down)");
    }
  }

  private void lose(Message message, String why) {
    out.lost(message, why);
    oracle.lost(message);
  }

  /** Takes a message in flight off the network. */
  void drop(Network.Packet packet) {
    network.remove(packet);
    oracle.lost(packet.message());
  }

  /** Links were cut or restored. */
  void linksChanged() {
    oracle.linksChanged(network::carries);
  }

  /**
   * Takes the messages in flight to a node off the network, and reports them: those that the next
   * words name, in their order; without words all except held ones; none for {@link #NONE}.
   */
  List<Message> receive(ScenarioNode node, Arguments args) {
    List<Network.Packet> waiting =
        network.packets().stream()
            .filter(packet -> !packet.isHeld() && packet.message().getTo() == node.id())
            .toList();
    List<Message> received = new ArrayList<>();
    if (args.takes(NONE)) {
      return received;
    }
    for (Network.Packet packet : args.hasWord() ? Selection.named(waiting, args) : waiting) {
      network.remove(packet);
      out.reportMessage(RaftText.of(packet.message()));
      received.add(packet.message());
    }
    return received;
  }

  /** Loses the messages in flight over links that are cut, except held ones. */
  void loseWhatIsCut() {
    for (Network.Packet packet : List.copyOf(network.packets())) {
      Message message = packet.message();
      if (!packet.isHeld() && !network.carries(message.getFrom(), message.getTo())) {
        network.remove(packet);
        lose(message, "");
      }
    }
  }

  /**
   * Delivers messages in order, including those sent meanwhile, until none is left.
   *
   * @param limit the maximum number of messages
   * @return whether none is left
   */
  boolean settle(Selection selection, int limit) {
    for (int delivered = 0; delivered < limit; delivered++) {
      Optional<Network.Packet> next = next(selection);
      if (next.isEmpty()) {
        return true;
      }
      deliver(next.get());
    }
    return next(selection).isEmpty();
  }

  private Optional<Network.Packet> next(Selection selection) {
    return network.packets().stream()
        .filter(packet -> !packet.isHeld() && selection.matches(packet))
        .findFirst();
  }
}
