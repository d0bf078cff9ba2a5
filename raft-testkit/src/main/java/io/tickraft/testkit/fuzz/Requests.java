package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.Outcome;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.TransferResult;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks nodes for reads and for transfers of leadership, and remembers whose outcomes are due. */
final class Requests {

  private final Simulation group;
  private long contexts;

  /** The contexts of the reads that each node has accepted since it was started. */
  private final Map<Long, List<ByteString>> acceptedReads = new TreeMap<>();

  /** How many transfers each node has started or passed on since it was started. */
  private final Map<Long, Integer> acceptedTransfers = new TreeMap<>();

  Requests(Simulation group) {
    this.group = group;
  }

  /** A node was started again: there is no outcome of what it was asked before. */
  void restarted(long id) {
    acceptedReads.remove(id);
    acceptedTransfers.remove(id);
  }

  void read(Choices step) {
    readFrom(step.of("node", group.nodes()), step);
  }

  void readFrom(SimNode node, Choices occasion) {
    if (!node.isUp()) {
      return;
    }
    for (int i = occasion.next("more reads of " + node.id(), 3); i >= 0; i--) {
      ByteString context = ByteString.copyFromUtf8("read " + contexts++);
      group.whenUnblocked(node.id(), () -> read(node.id(), context));
    }
  }

  private void read(long id, ByteString context) {
    if (group.readIndex(id, context) instanceof ReadResult.Accepted) {
      acceptedReads.computeIfAbsent(id, n -> new ArrayList<>()).add(context);
    }
  }

  void transfer(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (!node.isUp()) {
      return;
    }
    long target = step.of("target", group.nodes()).id();
    if (node.isLeader() && step.next("to the target", 2) == 0) {
      group.whenUnblocked(
          node.id(), () -> requested(node.id(), group.transferLeadership(node.id())));
    } else {
      transfer(node.id(), target);
    }
  }

  void transfer(long id, long target) {
    group.whenUnblocked(id, () -> requested(id, group.transferLeadership(id, target)));
  }

  private void requested(long id, TransferResult result) {
    if (!(result instanceof TransferResult.Rejected)) {
      acceptedTransfers.merge(id, 1, Integer::sum);
    }
  }

  /** Checks that all that nodes were asked for has ended; enough time has passed. */
  void checkOutcomes() {
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        checkReads(node);
        checkTransfers(node);
      }
    }
  }

  private void checkReads(SimNode node) {
    List<ByteString> missing = new ArrayList<>(acceptedReads.getOrDefault(node.id(), List.of()));
    for (ReadState ended : node.readStates()) {
      if (!missing.remove(ended.context())) {
        throw violation(node, "has a second outcome of " + ended.context().toStringUtf8());
      }
    }
    if (!missing.isEmpty()) {
      throw violation(node, "has no outcome of " + missing.get(0).toStringUtf8());
    }
  }

  private void checkTransfers(SimNode node) {
    // A leader has an outcome for what others have asked it for, too.
    long ended =
        node.outcomes().stream()
            .filter(
                outcome ->
                    outcome instanceof Outcome.TransferEnded
                        || outcome instanceof Outcome.TransferRejected)
            .count();
    int accepted = acceptedTransfers.getOrDefault(node.id(), 0);
    if (ended < accepted) {
      throw violation(node, "has " + ended + " outcomes of " + accepted + " transfers");
    }
  }

  private static OracleViolation violation(SimNode node, String problem) {
    return new OracleViolation("outcomes of requests", "node " + node.id() + " " + problem);
  }
}
