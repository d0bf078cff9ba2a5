package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.Outcome;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.TransferResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks nodes for reads and for transfers of leadership, and remembers whose outcomes are due. */
final class RandomRequests {

  private final Simulation group;
  private final boolean reads;
  private final boolean transfers;
  private long contexts;

  /** The contexts of the reads that each node has accepted since it was started. */
  private final Map<Long, List<ByteString>> acceptedReads = new TreeMap<>();

  /** How many transfers each node has started or passed on since it was started. */
  private final Map<Long, Integer> acceptedTransfers = new TreeMap<>();

  RandomRequests(Simulation group, boolean reads, boolean transfers) {
    this.group = group;
    this.reads = reads;
    this.transfers = transfers;
  }

  /** A node was started again: of what it was asked before there is no outcome. */
  void restarted(long id) {
    acceptedReads.remove(id);
    acceptedTransfers.remove(id);
  }

  void read(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (node.isUp()) {
      readFrom(node, step);
    }
  }

  void readFrom(SimNode node, Choices step) {
    if (!reads) {
      return;
    }
    for (int i = step.next("more reads of " + node.id(), 3); i >= 0; i--) {
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
    SimNode target = step.of("target", group.nodes());
    if (transfers && node.isUp()) {
      if (node.isLeader() && step.next("to the target", 2) == 0) {
        group.whenUnblocked(
            node.id(), () -> requested(node.id(), group.transferLeadership(node.id())));
      } else {
        transfer(node.id(), target.id());
      }
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

  /** Checks that all that a node was asked for has ended, once enough time has passed. */
  void checkOutcomes(SimNode node) {
    assertThat(node.readStates().stream().map(ReadState::context).toList())
        .as("outcomes of reads of %d", node.id())
        .containsExactlyInAnyOrderElementsOf(acceptedReads.getOrDefault(node.id(), List.of()));
    // A leader has an outcome for what others have asked it for, too.
    assertThat(
            node.outcomes().stream()
                .filter(
                    o ->
                        o instanceof Outcome.TransferEnded || o instanceof Outcome.TransferRejected)
                .count())
        .as("outcomes of transfers of %d", node.id())
        .isGreaterThanOrEqualTo(acceptedTransfers.getOrDefault(node.id(), 0));
  }
}
