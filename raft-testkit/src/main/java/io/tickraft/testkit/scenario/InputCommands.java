package io.tickraft.testkit.scenario;

import com.google.protobuf.ByteString;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.testkit.sim.SimHost;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Commands that call a node: proposals, reads, transfers and reports. */
final class InputCommands {

  private static final SortedMap<String, ConfChangeType> CHANGES = new TreeMap<>();

  static {
    CHANGES.put("add-voter", ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER);
    CHANGES.put("add-learner", ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER);
    CHANGES.put("remove", ConfChangeType.CONF_CHANGE_TYPE_REMOVE);
  }

  private static final SortedMap<String, ConfChangeTransition> TRANSITIONS = new TreeMap<>();

  static {
    TRANSITIONS.put("auto", ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO);
    TRANSITIONS.put("implicit", ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT);
    TRANSITIONS.put("explicit", ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT);
  }

  private static final SortedMap<String, SnapshotStatus> SNAPSHOT_STATUSES = new TreeMap<>();

  static {
    SNAPSHOT_STATUSES.put("in-progress", SnapshotStatus.IN_PROGRESS);
    SNAPSHOT_STATUSES.put("delivered", SnapshotStatus.DELIVERED);
    SNAPSHOT_STATUSES.put("failed", SnapshotStatus.FAILED);
  }

  private InputCommands() {}

  static Map<String, Commands.Action> all() {
    Map<String, Commands.Action> all = new TreeMap<>();
    all.put("campaign", (world, args) -> simple(world, args, SimHost::campaign));
    all.put("forget-leader", (world, args) -> simple(world, args, SimHost::forgetLeader));
    all.put("propose", InputCommands::propose);
    all.put("change", InputCommands::change);
    all.put("transfer", InputCommands::transfer);
    all.put("resign", (world, args) -> simple(world, args, SimHost::resign));
    all.put("read", InputCommands::read);
    all.put("report-unreachable", InputCommands::reportUnreachable);
    all.put("report-snapshot", InputCommands::reportSnapshot);
    return all;
  }

  private static void simple(World world, Arguments args, Consumer<SimHost> call) {
    ScenarioNode node = world.upNode(args);
    args.end();
    act(node, call);
  }

  private static void act(ScenarioNode node, Consumer<SimHost> call) {
    node.act(
        host -> {
          call.accept(host);
          return "";
        });
  }

  /** {@code propose 1 a b}: proposes two commands together. */
  private static void propose(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    List<ByteString> data = args.rest().stream().map(ByteString::copyFromUtf8).toList();
    int bytes = args.option("bytes", 0, 1 << 20, -1);
    Optional<String> hex = args.option("hex");
    args.end();
    if ((data.isEmpty() ? 0 : 1) + (bytes < 0 ? 0 : 1) + (hex.isEmpty() ? 0 : 1) != 1) {
      throw args.mistake("missing: either data, or the number of bytes=, or digits hex=");
    }
    List<ByteString> all =
        hex.isPresent()
            ? hex(args, hex.get())
            : bytes < 0 ? data : List.of(ByteString.copyFromUtf8("x".repeat(bytes)));
    node.act(host -> NodeText.of(host.propose(all)));
  }

  /** Parses a list of data in hexadecimal digits. */
  private static List<ByteString> hex(Arguments args, String text) {
    List<ByteString> all = new ArrayList<>();
    for (String digits : text.split(",", -1)) {
      try {
        all.add(ByteString.copyFrom(HexFormat.of().parseHex(digits)));
      } catch (IllegalArgumentException e) {
        throw args.mistake("hex: pairs of hexadecimal digits, not " + digits);
      }
    }
    return all;
  }

  /** {@code change 1 add-voter 4 remove 1}: proposes these changes, in this order. */
  private static void change(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    ConfChange.Builder change = ConfChange.newBuilder();
    boolean evenWithoutEffect = args.takes("even-without-effect");
    if (args.takes("leave")) {
      change.setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE);
    } else {
      String transition = args.option("transition").orElse("auto");
      change.setTransition(named(args, "transition", transition, TRANSITIONS));
      while (args.hasWord()) {
        String type = args.word("a change");
        change.addChanges(
            ConfChangeSingle.newBuilder()
                .setType(named(args, "a change", type, CHANGES))
                .setNode(args.number("node", args.word("a node"), 1, Long.MAX_VALUE)));
      }
    }
    args.option("context").ifPresent(text -> change.setContext(ByteString.copyFromUtf8(text)));
    args.end();
    node.act(
        host ->
            NodeText.of(
                evenWithoutEffect
                    ? host.proposeConfChangeEvenWithoutEffect(change.build())
                    : host.proposeConfChange(change.build())));
  }

  private static <T> T named(
      Arguments args, String what, String name, SortedMap<String, T> constants) {
    T constant = constants.get(name);
    if (constant == null) {
      throw args.mistake(
          what + ": one of " + String.join(", ", constants.keySet()) + ", not " + name);
    }
    return constant;
  }

  /** {@code transfer 1 2}: transfers to node 2; {@code transfer 1}: node 1 chooses the target. */
  private static void transfer(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    if (!args.hasWord()) {
      args.end();
      node.act(host -> NodeText.of(host.transferLeadership()));
      return;
    }
    long target = args.number("target", args.word("a target"), 1, Long.MAX_VALUE);
    args.end();
    node.act(host -> NodeText.of(host.transferLeadership(target)));
  }

  /** {@code read 1 x}: requests a read index with the context x. */
  private static void read(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    Optional<String> hex = args.option("hex");
    ByteString context =
        hex.isPresent()
            ? hex(args, hex.get()).get(0)
            : ByteString.copyFromUtf8(args.word("a context"));
    args.end();
    node.act(host -> NodeText.of(host.readIndex(context)));
  }

  private static void reportUnreachable(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    long peer = args.number("peer", args.word("a peer"), 1, Long.MAX_VALUE);
    args.end();
    act(node, host -> host.reportUnreachable(peer));
  }

  private static void reportSnapshot(World world, Arguments args) {
    ScenarioNode node = world.upNode(args);
    long peer = args.number("peer", args.word("a peer"), 1, Long.MAX_VALUE);
    SnapshotStatus status = named(args, "a status", args.word("a status"), SNAPSHOT_STATUSES);
    int attempt = args.option("attempt", 1, Integer.MAX_VALUE, 0);
    args.end();
    if (attempt == 0) {
      throw args.mistake("missing: attempt=...");
    }
    act(node, host -> host.reportSnapshot(peer, attempt, status));
  }
}
