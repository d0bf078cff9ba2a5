package io.tickraft.testkit.scenario;

import com.google.protobuf.ByteString;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftText;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Commands that show nodes and the network, and change nothing. */
final class InspectionCommands {

  private InspectionCommands() {}

  static Map<String, Commands.Action> all() {
    Map<String, Commands.Action> all = new TreeMap<>();
    all.put("status", (world, args) -> each(world, args, InspectionCommands::status));
    all.put("log", InspectionCommands::log);
    all.put("disk", (world, args) -> each(world, args, InspectionCommands::disk));
    all.put("applied", (world, args) -> each(world, args, InspectionCommands::applied));
    all.put("progress", InspectionCommands::progress);
    all.put("network", InspectionCommands::network);
    return all;
  }

  private static void each(World world, Arguments args, Function<ScenarioNode, String> text) {
    List<ScenarioNode> nodes = world.nodes(args);
    args.end();
    for (ScenarioNode node : nodes) {
      world.out().report(node.id() + ": " + text.apply(node));
    }
  }

  private static String status(ScenarioNode node) {
    return node.isUp()
        ? NodeText.of(node.status()) + ", " + RaftText.of(node.status().confState())
        : "down";
  }

  /** {@code log 1}: the log on the disk; {@code log 1 terms}: only its terms. */
  private static void log(World world, Arguments args) {
    boolean termsFirst = args.takes("terms");
    List<ScenarioNode> nodes = termsFirst ? new ArrayList<>(world.nodes()) : world.nodes(args);
    boolean terms = termsFirst || args.takes("terms");
    args.end();
    for (ScenarioNode node : nodes) {
      world.out().report(node.id() + ": " + log(node.host().disk(), terms));
    }
  }

  private static String log(SimDisk disk, boolean terms) {
    long base = disk.firstIndex() - 1;
    StringBuilder text = new StringBuilder();
    // The id of the last entry that is compacted, or of the bootstrap's snapshot.
    text.append(base == 0 ? "|" : RaftText.of(new LogId(disk.term(base), base)) + " |");
    for (Entry entry : disk.log()) {
      text.append(' ').append(terms ? String.valueOf(entry.getTerm()) : RaftText.of(entry));
    }
    return text.toString();
  }

  private static String disk(ScenarioNode node) {
    SimDisk disk = node.host().disk();
    int unsynced = disk.unsynced();
    return content(disk)
        + (unsynced == 0
            ? ""
            : "\n  of it synced: " + content(disk.durable()) + "; not synced: " + unsynced);
  }

  private static String content(Storage disk) {
    return RaftText.of(disk.initialState())
        + ", "
        + (disk.snapshot() instanceof Storage.SnapshotResult.Available available
            ? RaftText.of(available.snapshot())
            : "no snapshot")
        + ", last "
        + RaftText.of(new LogId(disk.term(disk.lastIndex()), disk.lastIndex()));
  }

  private static String applied(ScenarioNode node) {
    List<ByteString> commands = ((CommandLog) node.host().machine()).commands();
    return "up to "
        + node.host().appliedIndex()
        + " ["
        + String.join(", ", commands.stream().map(RaftText::of).toList())
        + "]";
  }

  /** {@code progress 1}: the replication progress of the other members, as leader 1 tracks it. */
  private static void progress(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    args.end();
    if (node.status().role() != RoleName.LEADER) {
      world.out().report(node.id() + ": does not lead");
    }
    for (PeerStatus peer : node.status().peers()) {
      if (peer.id() != node.id()) {
        world.out().report(NodeText.of(peer));
      }
    }
  }

  private static void network(World world, Arguments args) {
    boolean withNames = args.takes("names");
    Selection selection = Selection.of(args);
    args.end();
    List<Network.Packet> packets =
        world.network().packets().stream().filter(selection::matches).toList();
    for (Network.Packet packet : packets) {
      world
          .out()
          .reportMessage(
              (packet.isHeld() ? "held: " : "")
                  + (withNames ? packet.name() + ": " : "")
                  + RaftText.of(packet.message()));
    }
    if (packets.isEmpty()) {
      world.out().reportMessage("(nothing)");
    }
  }
}
