package io.tickraft.examples.kv;

import io.tickraft.core.Ready;
import io.tickraft.core.TickSchedule;
import io.tickraft.examples.kv.client.ClientServer;
import io.tickraft.examples.kv.peer.Peers;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.examples.kv.store.LogStore;
import java.util.concurrent.TimeUnit;

/**
 * Drives the Raft node, on the event loop that owns the node.
 *
 * <p>{@link #run} is called once for all inputs that arrived together, and when a tick is due. So a
 * hundred commands that arrive together share one append to each follower, one synced write and one
 * flush to each client.
 */
final class RaftLoop {

  /**
   * For how long the map is changed, and reads are answered, before the loop reads and writes
   * again.
   */
  static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final RaftNode node;
  private final TickSchedule ticks;
  private final Inputs inputs;
  private final Proposals proposals;
  private final Reads reads;
  private final Administration administration;
  private final LogStore log;
  private final KvMachine machine;
  private final Peers peers;
  private final ClientServer clients;
  private final Applier applier;
  private final long logBytes;

  RaftLoop(
      RaftNode node,
      TickSchedule ticks,
      Inputs inputs,
      Proposals proposals,
      Reads reads,
      Administration administration,
      LogStore log,
      KvMachine machine,
      Peers peers,
      ClientServer clients,
      long logBytes) {
    this.node = node;
    this.ticks = ticks;
    this.inputs = inputs;
    this.proposals = proposals;
    this.reads = reads;
    this.administration = administration;
    this.log = log;
    this.machine = machine;
    this.peers = peers;
    this.clients = clients;
    this.applier = new Applier(machine, proposals, peers::meetMembers, inputs::wakeAfterIo);
    this.logBytes = logBytes;
  }

  void run() {
    // Ticks before messages: the node must not process a message with a clock that is behind.
    for (int due = ticks.takeDue(System.nanoTime()); due > 0; due--) {
      node.tick();
    }
    inputs.deliverTo(node);
    proposals.proposeTo(node);
    reads.askOn(node);

    do {
      while (node.hasReady()) {
        Ready ready = node.ready();
        peers.send(ready.messages());
        log.persist(ready);
        peers.send(ready.messagesAfterPersist());
        node.persisted(ready);
        applier.take(node, ready);
        reads.complete(ready.readStates());
        administration.complete(ready.outcomes());
      }
    } while (applier.apply(node));
    if (reads.answer()) {
      inputs.wakeAfterIo();
    }

    inputs.takeSnapshots().forEach(machine::discardUnlessRestored);
    log.compactBeyond(logBytes, peers.compactableIndex());
    proposals.expire(System.nanoTime());
    reads.expire(System.nanoTime());
    clients.flush();
  }
}
