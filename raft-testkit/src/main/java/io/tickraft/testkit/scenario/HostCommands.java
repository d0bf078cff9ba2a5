package io.tickraft.testkit.scenario;

import io.tickraft.core.MemoryStorage;
import java.util.Map;
import java.util.TreeMap;

/** Commands that create, stop and restart nodes, and that do the host's part. */
final class HostCommands {

  private HostCommands() {}

  static Map<String, Commands.Action> all() {
    Map<String, Commands.Action> all = new TreeMap<>();
    all.put("defaults", HostCommands::defaults);
    all.put("cluster", HostCommands::cluster);
    all.put("node", HostCommands::node);
    all.put("crash", HostCommands::crash);
    all.put("restart", HostCommands::restart);
    all.put("compact", HostCommands::compact);
    all.put("host", HostCommands::host);
    all.put("ready", HostCommands::ready);
    all.put("persist", HostCommands::persist);
    all.put("write", HostCommands::write);
    all.put("acknowledge", HostCommands::acknowledge);
    all.put("apply", HostCommands::apply);
    return all;
  }

  private static void defaults(World world, Arguments args) {
    NodeOptions options = world.defaults().with(args);
    args.end();
    world.defaults(options);
  }

  /** {@code cluster 3}: starts the voters 1, 2 and 3 of a new group. */
  private static void cluster(World world, Arguments args) {
    int nodes = args.number("how many nodes", 1, World.MAX_NODES);
    NodeOptions options = world.defaults().with(args);
    args.end();
    if (!options.has("voters")) {
      options = options.with("voters", "1.." + nodes);
    }
    for (long id = 1; id <= nodes; id++) {
      world.add(id, options, options.storage(args), args).start(options, 1, false, args);
    }
  }

  private static void node(World world, Arguments args) {
    long id = args.number("node", args.word("a node"), 1, Long.MAX_VALUE);
    boolean joining = args.takes(NodeOptions.JOINING);
    NodeOptions options = world.defaults().with(args);
    args.end();
    MemoryStorage storage = joining ? new MemoryStorage() : options.storage(args);
    world.add(id, options, storage, args).start(options, 1, true, args);
  }

  /** {@code crash 1 keep=2}: loses the unsynced writes, except for the oldest two. */
  private static void crash(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    int unsynced = node.host().disk().unsynced();
    int kept =
        args.option("keep").filter(value -> value.equals("all")).isPresent()
            ? unsynced
            : args.option("keep", 0, unsynced, 0);
    int parts = args.option("parts", 0, Math.max(0, node.host().disk().parts(kept) - 1), 0);
    int lost = args.option("lose-synced", 0, Integer.MAX_VALUE, 0);
    args.end();
    try {
      node.crash(kept, parts, lost);
    } catch (IllegalArgumentException e) {
      throw args.mistake("lose-synced: " + e.getMessage());
    }
  }

  private static void restart(World world, Arguments args) {
    ScenarioNode node = world.node(args);
    if (node.isUp()) {
      throw args.mistake("node " + node.id() + " is up");
    }
    long incarnation =
        args.option("incarnation")
            .map(text -> args.number("incarnation", text, 0, Long.MAX_VALUE))
            .orElse(node.incarnation() + 1);
    NodeOptions options = node.options().withoutStorage(args);
    args.end();
    node.start(options, incarnation, true, args);
  }

  private static void compact(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    int kept = args.option("keep", 0, Integer.MAX_VALUE, 0);
    args.end();
    node.compact(kept);
  }

  private static void host(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    ScenarioNode.Pace pace = ScenarioNode.Pace.of(args.word("a pace"), args);
    args.end();
    node.pace(pace);
  }

  private static void ready(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    args.end();
    node.ready();
  }

  /** {@code persist 1 2}: completes and acknowledges the two oldest writes in flight. */
  private static void persist(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    int writing = node.host().unwritten();
    if (writing == 0) {
      throw args.mistake("node " + node.id() + " has no write in flight");
    }
    int writes = args.number("how many writes", 1, writing, 1);
    args.end();
    for (int i = 0; i < writes; i++) {
      node.persist();
    }
  }

  /** {@code write 1}: completes the oldest write in flight, and does not acknowledge it. */
  private static void write(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    args.end();
    if (node.host().unwritten() == 0) {
      throw args.mistake("node " + node.id() + " has no write in flight");
    }
    node.write();
  }

  /** {@code acknowledge 1}: acknowledges the oldest complete write. */
  private static void acknowledge(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    args.end();
    if (node.host().unacknowledged() == 0) {
      throw args.mistake("node " + node.id() + " has no complete write to acknowledge");
    }
    node.acknowledge();
  }

  /** {@code apply 1 5}: the state machine applies up to index 5. */
  private static void apply(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    int index = args.number("an index", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    args.end();
    node.apply(index);
  }
}
