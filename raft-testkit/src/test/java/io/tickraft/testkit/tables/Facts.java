package io.tickraft.testkit.tables;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftText;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** All that a node at rest shows of its state, each fact as a few words. */
final class Facts {

  /** In the order in which a row names them, behind a number each. */
  private final TreeMap<String, String> facts = new TreeMap<>();

  private Facts() {}

  static Facts of(NodeFixture node) {
    Status status = node.status();
    Facts facts = new Facts();
    facts.put("1 role", role(status));
    facts.put("2 term", "term " + status.term());
    facts.put("3 vote", "vote " + idOrNone(status.vote()));
    facts.put("4 log", "log " + base(node) + RaftText.of(node.log()));
    facts.put("5 commit", "commit " + status.commitIndex() + applied(status));
    facts.put("6 configuration", RaftText.of(status.confState()));
    facts.put("7 transfer", "transfer to " + idOrNone(status.transferTarget()));
    facts.put("9 lost", "lost up to " + (status.lostUpTo() == 0 ? "none" : status.lostUpTo()));
    for (PeerStatus peer : status.peers()) {
      facts.put("8 member " + peer.id(), member(peer));
    }
    return facts;
  }

  private void put(String key, String fact) {
    facts.put(key, fact);
  }

  /** Returns what is not as it was, as it is now. */
  List<String> changedSince(Facts before) {
    List<String> changed = new ArrayList<>();
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      if (!fact.getValue().equals(before.facts.get(fact.getKey()))) {
        changed.add(fact.getValue());
      }
    }
    return changed;
  }

  private static String role(Status status) {
    String role = status.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return status.role() != RoleName.FOLLOWER || status.leader() == 0
        ? role
        : role + " of " + status.leader();
  }

  private static String base(NodeFixture node) {
    Snapshot snapshot = node.storage().snapshot().snapshot();
    EntryId last =
        EntryId.newBuilder()
            .setIndex(snapshot.getMetadata().getIndex())
            .setTerm(snapshot.getMetadata().getTerm())
            .build();
    return last.getIndex() <= 1 ? "" : "after " + RaftText.of(last) + " ";
  }

  private static String applied(Status status) {
    return status.appliedIndex() == status.commitIndex()
        ? ""
        : ", applied " + status.appliedIndex();
  }

  private static String member(PeerStatus peer) {
    return peer.id()
        + ": "
        + peer.state().name().toLowerCase(Locale.ROOT)
        + ", match "
        + peer.matchIndex()
        + ", next "
        + peer.nextIndex()
        + (peer.inflightAppends() == 0 ? "" : ", in flight " + peer.inflightAppends());
  }

  private static String idOrNone(long id) {
    return id == 0 ? "none" : String.valueOf(id);
  }

  @Override
  public String toString() {
    return String.join("; ", facts.values());
  }
}
