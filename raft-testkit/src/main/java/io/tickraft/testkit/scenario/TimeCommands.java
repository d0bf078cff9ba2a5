package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Commands that tick nodes, and that deliver messages until none is in flight. */
final class TimeCommands {

  private static final int MAX_TICKS = 100_000;
  private static final int MAX_MESSAGES = 1_000;

  private TimeCommands() {}

  static Map<String, Commands.Action> all() {
    Map<String, Commands.Action> all = new TreeMap<>();
    all.put("tick", TimeCommands::tick);
    all.put("late", TimeCommands::late);
    all.put("timeout", TimeCommands::timeout);
    all.put("run", TimeCommands::run);
    all.put("stabilize", TimeCommands::stabilize);
    return all;
  }

  private static void tick(ScenarioNode node) {
    node.act(
        host -> {
          host.tick();
          return "";
        });
  }

  /** {@code tick 1 3}: ticks node 1 three times; delivers nothing. */
  private static void tick(World world, Arguments args) {
    List<ScenarioNode> nodes = world.upNodes(args);
    int ticks = args.number("how many ticks", 1, MAX_TICKS, 1);
    args.end();
    if (ticks > 1) {
      world.out().countHeartbeats();
    }
    for (int i = 0; i < ticks; i++) {
      nodes.forEach(TimeCommands::tick);
    }
  }

  /**
   * {@code late 1 5}: the host of node 1 was blocked for five ticks. It delivers these and the
   * messages in flight to the node, and only then makes another call. Words name single messages.
   */
  private static void late(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    int ticks = args.number("how many ticks", 0, MAX_TICKS);
    List<Message> messages = world.receive(node, args);
    args.end();
    node.act(
        host -> {
          for (int i = 0; i < ticks; i++) {
            host.tick();
          }
          messages.forEach(host::step);
          return "";
        });
  }

  /** {@code timeout 1}: ticks node 1 until it campaigns. */
  private static void timeout(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    args.end();
    if (isCampaigning(node)) {
      throw args.mistake("node " + node.id() + " campaigns or leads");
    }
    int ticks = 0;
    while (!isCampaigning(node) && ticks < 2 * electionTicks(node, args)) {
      tick(node);
      ticks++;
    }
    world.out().report("(" + ticks + " ticks" + (isCampaigning(node) ? ")" : " and no campaign)"));
  }

  private static boolean isCampaigning(ScenarioNode node) {
    return node.status().role() != RoleName.FOLLOWER;
  }

  private static int electionTicks(ScenarioNode node, Arguments args) {
    return node.options().configure(RaftConfig.builder(node.id()), args).build().electionTicks();
  }

  /** {@code run 10}: ten times, ticks every node that is up and then delivers all messages. */
  private static void run(World world, Arguments args) {
    int ticks = args.number("how many ticks", 1, MAX_TICKS);
    List<ScenarioNode> nodes = world.nodes(args);
    Selection selection = Selection.of(args);
    args.end();
    world.out().countHeartbeats();
    for (int i = 1; i <= ticks; i++) {
      world.out().period("tick " + i);
      nodes.stream().filter(ScenarioNode::isUp).forEach(TimeCommands::tick);
      settle(world, selection, MAX_MESSAGES);
    }
    world.out().endPeriods();
  }

  /** {@code stabilize}: delivers messages until none is left. */
  private static void stabilize(World world, Arguments args) {
    Selection selection = Selection.of(args);
    int limit = args.option("limit", 1, Integer.MAX_VALUE, MAX_MESSAGES);
    args.end();
    settle(world, selection, limit);
  }

  private static void settle(World world, Selection selection, int limit) {
    if (!world.settle(selection, limit)) {
      world.out().report("(not quiet after " + limit + " messages)");
    }
  }
}
