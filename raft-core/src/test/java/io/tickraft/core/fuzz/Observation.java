package io.tickraft.core.fuzz;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RawNode;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.List;

/** All that a node shows of itself between two calls, as a value that can also be made up. */
record Observation(
    RoleName role,
    long term,
    long vote,
    long leader,
    long first,
    long last,
    long lastTerm,
    long persisted,
    long commit,
    long applied,
    ConfState confState,
    List<Peer> peers,
    long transferTarget,
    long lostUpTo,
    boolean hasReady) {

  record Peer(
      long id,
      PeerStatus.State state,
      long match,
      long next,
      int inflightAppends,
      long inflightBytes) {}

  static Observation of(RawNode node) {
    // Asked first, as asking may begin a snapshot to a member, which the status then shows.
    boolean hasReady = node.hasReady();
    Status status = node.status();
    List<Peer> peers = new ArrayList<>(status.peers().size());
    for (PeerStatus peer : status.peers()) {
      peers.add(
          new Peer(
              peer.id(),
              peer.state(),
              peer.matchIndex(),
              peer.nextIndex(),
              peer.inflightAppends(),
              peer.inflightBytes()));
    }
    return new Observation(
        status.role(),
        status.term(),
        status.vote(),
        status.leader(),
        status.firstIndex(),
        status.last().index(),
        status.last().term(),
        status.persistedIndex(),
        status.commitIndex(),
        status.appliedIndex(),
        status.confState(),
        peers,
        status.transferTarget(),
        status.lostUpTo(),
        hasReady);
  }
}
