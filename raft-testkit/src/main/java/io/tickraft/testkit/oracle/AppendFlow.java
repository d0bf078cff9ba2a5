package io.tickraft.testkit.oracle;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import java.util.List;

/**
 * What a leader has in flight to a member goes together with how it replicates to the member
 * ({@link PeerStatus.State}). A member that is probed gets one append with entries, and the next
 * one only after it was heard. A member that replicates has in flight what is between its match
 * index and its next index, within {@link RaftConfig#maxInflightAppends()} and {@link
 * RaftConfig#maxInflightBytes()}; only the last append may exceed the limit of bytes. A member that
 * waits for a snapshot gets no appends with entries, and the snapshot covers committed entries that
 * the member lacks.
 */
final class AppendFlow implements Oracle {

  /** How many appends with entries a probed member was sent since it was heard. */
  private static final class Probed {
    private int appends;
  }

  private final ByNode<RaftConfig> configs = new ByNode<>();
  private final LastViews lastViews = new LastViews();

  /** By leader and member. */
  private final ByNode<ByNode<Probed>> probed =
      new ByNode<>(leader -> new ByNode<>(member -> new Probed()));

  /** Makes an oracle that has seen nothing yet. */
  AppendFlow() {}

  @Override
  public void configured(long node, RaftConfig config) {
    configs.put(node, config);
    lastViews.forget(node);
  }

  @Override
  public void received(long node, Message message) {
    probed.of(node).of(message.getFrom()).appends = 0;
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.replace(view);
    RaftConfig config = configs.get(view.node());
    if (view.role() != RoleName.LEADER || config == null) {
      return;
    }
    // A member that was removed and added again is probed anew, as are all in a new term.
    boolean isNew =
        before == null || !view.leadsOnFrom(before) || !before.confState().equals(view.confState());
    List<PeerStatus> peers = view.peers();
    for (int i = 0; i < peers.size(); i++) {
      PeerStatus peer = peers.get(i);
      if (peer.id() != view.node()) {
        check(view, config, peer);
        if (isNew || peer.state() != PeerStatus.State.PROBE) {
          probed.of(view.node()).of(peer.id()).appends = 0;
        }
      }
    }
  }

  private static void check(NodeView view, RaftConfig config, PeerStatus peer) {
    boolean isFlying = peer.inflightAppends() > 0;
    boolean hasSnapshot = peer.snapshotIndex() != 0;
    boolean holds =
        switch (peer.state()) {
          case PROBE -> !isFlying && !hasSnapshot;
          case REPLICATE ->
              isFlying == (peer.nextIndex() > peer.matchIndex() + 1)
                  && !hasSnapshot
                  && peer.inflightAppends() <= config.maxInflightAppends();
          case SNAPSHOT ->
              !isFlying
                  && peer.snapshotIndex() > peer.matchIndex()
                  && peer.snapshotIndex() <= view.commitIndex();
        };
    if (!holds || isFlying != (peer.inflightBytes() > 0)) {
      throw violation(view, peer, "in this state");
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    NodeView view = lastViews.of(node);
    RaftConfig config = configs.get(node);
    if (view == null || view.role() != RoleName.LEADER || config == null) {
      return;
    }
    List<PeerStatus> peers = view.peers();
    for (int i = 0; i < peers.size(); i++) {
      PeerStatus peer = peers.get(i);
      if (peer.state() != PeerStatus.State.REPLICATE) {
        probes(view, peer, ready);
      } else if (peer.inflightBytes() >= config.maxInflightBytes()) {
        fills(view, config, peer, ready);
      }
    }
  }

  private void probes(NodeView view, PeerStatus peer, ReadyView ready) {
    Probed sent = probed.of(view.node()).of(peer.id());
    sent.appends += count(view, peer, ready.messages());
    sent.appends += count(view, peer, ready.messagesAfterPersist());
    if (sent.appends > (peer.state() == PeerStatus.State.PROBE ? 1 : 0)) {
      throw violation(view, peer, "after " + sent.appends + " appends since it was heard");
    }
  }

  private static int count(NodeView view, PeerStatus peer, List<Message> messages) {
    int count = 0;
    for (int i = 0; i < messages.size(); i++) {
      count += isAppend(view, peer, messages.get(i)) ? 1 : 0;
    }
    return count;
  }

  private static boolean isAppend(NodeView view, PeerStatus peer, Message message) {
    return message.getTo() == peer.id()
        && message.getTerm() == view.term()
        && message.hasAppend()
        && message.getAppend().getEntriesCount() > 0;
  }

  /** The window was not full before the last append. */
  private static void fills(NodeView view, RaftConfig config, PeerStatus peer, ReadyView ready) {
    long last = lastAppend(view, peer, ready.messagesAfterPersist());
    if (last == 0) {
      last = lastAppend(view, peer, ready.messages());
    }
    if (last > 0 && peer.inflightBytes() - last >= config.maxInflightBytes()) {
      throw violation(view, peer, "beyond its limit of bytes");
    }
  }

  private static long lastAppend(NodeView view, PeerStatus peer, List<Message> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (isAppend(view, peer, messages.get(i))) {
        return messages.get(i).getAppend().getSerializedSize();
      }
    }
    return 0;
  }

  private static OracleViolation violation(NodeView view, PeerStatus peer, String what) {
    return new OracleViolation(
        "appends in flight",
        "leader "
            + view.node()
            + " of term "
            + view.term()
            + " must not have the progress ["
            + peer
            + "] "
            + what);
  }
}
