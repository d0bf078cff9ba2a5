package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Commands on messages in flight, and on links. */
final class NetworkCommands {

  private static final String NONE = "(no such message)";

  private NetworkCommands() {}

  static Map<String, Commands.Action> all() {
    Map<String, Commands.Action> all = new TreeMap<>();
    all.put("deliver", (world, args) -> each(world, select(world, args), world::deliver));
    all.put("drop", NetworkCommands::drop);
    all.put("duplicate", NetworkCommands::duplicate);
    all.put("reorder", NetworkCommands::reorder);
    all.put("hold", (world, args) -> hold(world, args, true));
    all.put("release", (world, args) -> hold(world, args, false));
    all.put("partition", NetworkCommands::partition);
    all.put("cut", NetworkCommands::cut);
    all.put("heal", NetworkCommands::heal);
    return all;
  }

  /** Selects messages that are not held. */
  private static List<Network.Packet> select(World world, Arguments args) {
    return select(world, args, false);
  }

  private static List<Network.Packet> select(World world, Arguments args, boolean held) {
    List<Network.Packet> candidates =
        world.network().packets().stream().filter(packet -> packet.isHeld() == held).toList();
    List<Network.Packet> selected = Selection.of(args).of(candidates);
    args.end();
    return selected;
  }

  private static void each(
      World world, List<Network.Packet> packets, Consumer<Network.Packet> treatment) {
    if (packets.isEmpty()) {
      world.out().reportMessage(NONE);
    }
    packets.forEach(treatment);
  }

  private static void note(World world, String what, Network.Packet packet) {
    world.out().reportMessage(what + RaftText.of(packet.message()));
  }

  private static void drop(World world, Arguments args) {
    each(
        world,
        select(world, args),
        packet -> {
          world.drop(packet);
          note(world, "dropped: ", packet);
        });
  }

  /** The copy goes after all other messages in flight. */
  private static void duplicate(World world, Arguments args) {
    each(
        world,
        select(world, args),
        packet -> {
          world.network().add(packet.message(), packet.name());
          note(world, "again: ", packet);
        });
  }

  private static void reorder(World world, Arguments args) {
    List<Network.Packet> order = select(world, args);
    world.network().reorder(order);
    each(world, order, packet -> note(world, "", packet));
  }

  private static void hold(World world, Arguments args, boolean held) {
    each(
        world,
        select(world, args, !held),
        packet -> {
          world.network().hold(packet, held);
          note(world, held ? "held: " : "released: ", packet);
        });
    // A released message is lost if its link is cut now.
    world.loseWhatIsCut();
  }

  /** {@code partition 1 2 | 3 4}: nodes that are not named form one more side. */
  private static void partition(World world, Arguments args) {
    List<List<Long>> groups = new ArrayList<>();
    List<Long> group = new ArrayList<>();
    List<String> words = args.rest();
    if (words.isEmpty()) {
      throw args.mistake("missing: nodes, such as 1 or 1,2 | 3");
    }
    for (String word : words) {
      if (word.equals("|")) {
        groups.add(group);
        group = new ArrayList<>();
      } else {
        for (long id : args.ids("nodes", word)) {
          world.node(args, id);
          if (group.contains(id) || groups.stream().anyMatch(g -> g.contains(id))) {
            throw args.mistake("node " + id + " is named twice");
          }
          group.add(id);
        }
      }
    }
    groups.add(group);
    args.end();
    world.network().partition(groups);
    world.linksChanged();
    world.loseWhatIsCut();
  }

  /** {@code cut from=1 to=2,3}: cuts links in one direction. */
  private static void cut(World world, Arguments args) {
    List<Long> from = ends(world, args, "from");
    List<Long> to = ends(world, args, "to");
    args.end();
    for (long one : from) {
      for (long other : to) {
        world.network().cut(one, other);
      }
    }
    world.linksChanged();
    world.loseWhatIsCut();
  }

  private static List<Long> ends(World world, Arguments args, String name) {
    String text = args.option(name).orElseThrow(() -> args.mistake("missing: " + name + "=..."));
    List<Long> ids = args.ids(name, text);
    ids.forEach(id -> world.node(args, id));
    return ids;
  }

  private static void heal(World world, Arguments args) {
    args.end();
    world.network().heal();
    world.linksChanged();
  }
}
