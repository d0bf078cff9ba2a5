package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;

/** Proposes commands, to all nodes that are up: most of them are not the leader. */
final class Proposals {

  private final Simulation group;
  private final CommandSource source;
  private long commands;
  private long accepted;

  Proposals(Simulation group, CommandSource source) {
    this.group = group;
    this.source = source;
  }

  /** Returns how many batches were accepted. */
  long accepted() {
    return accepted;
  }

  void propose(Choices step) {
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        proposeTo(node, step.part("to node %", node.id()));
      }
    }
  }

  /** Proposes a batch of commands to a node that is up. */
  void proposeTo(SimNode node, Choices occasion) {
    List<ByteString> batch = new ArrayList<>();
    for (int i = occasion.next("more commands", 4); i >= 0; i--) {
      batch.add(command(occasion.part("command %", i)));
    }
    group.whenUnblocked(node.id(), () -> propose(node.id(), batch));
  }

  /** Returns a command that was not proposed before. */
  ByteString command(Choices occasion) {
    return source.command(++commands, occasion);
  }

  /** Proposes commands to a node that is not blocked. */
  ProposeResult propose(long node, List<ByteString> batch) {
    ProposeResult result = group.propose(node, batch);
    accepted += result instanceof ProposeResult.Accepted ? 1 : 0;
    return result;
  }
}
