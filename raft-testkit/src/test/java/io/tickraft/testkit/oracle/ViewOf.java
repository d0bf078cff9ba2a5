package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.List;

/** A view of a node that shows what a test says, and the bootstrap of three for the rest. */
final class ViewOf {
  private final long node;
  private final RoleName role;
  private final long term;
  private long vote;
  private long lastTerm = 1;
  private long last = 1;
  private long commit = 1;
  private long applied = 1;
  private ConfState confState = Histories.voters(1L, 2L, 3L);
  private long transferTarget;
  private long leader;
  private final List<PeerStatus> peers = new ArrayList<>();
  private boolean drained = true;

  ViewOf(long node, RoleName role, long term) {
    this.node = node;
    this.role = role;
    this.term = term;
  }

  ViewOf vote(long id) {
    vote = id;
    return this;
  }

  ViewOf last(long index) {
    last = index;
    return this;
  }

  ViewOf last(long itsTerm, long index) {
    lastTerm = itsTerm;
    last = index;
    return this;
  }

  ViewOf commit(long index) {
    commit = index;
    return this;
  }

  ViewOf applied(long index) {
    applied = index;
    return this;
  }

  ViewOf confState(ConfState configuration) {
    confState = configuration;
    return this;
  }

  ViewOf follows(long id) {
    leader = id;
    return this;
  }

  ViewOf transfer(long target) {
    transferTarget = target;
    return this;
  }

  ViewOf peer(long id, long match, long next, int inflight) {
    peers.add(
        PeerStatus.builder(id, PeerStatus.State.REPLICATE, match, next)
            .inflight(inflight, inflight)
            .build());
    return this;
  }

  ViewOf peer(PeerStatus peer) {
    peers.add(peer);
    return this;
  }

  ViewOf undrained() {
    drained = false;
    return this;
  }

  NodeView view() {
    return new NodeView(
        node,
        role,
        term,
        vote,
        role == RoleName.LEADER ? node : leader,
        lastTerm,
        last,
        commit,
        applied,
        confState,
        transferTarget,
        peers,
        drained);
  }
}
