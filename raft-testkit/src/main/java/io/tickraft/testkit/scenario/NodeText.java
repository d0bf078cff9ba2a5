package io.tickraft.testkit.scenario;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.TransferResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text of a node's status, changes, events and results. */
final class NodeText {

  private NodeText() {}

  static String of(Status status) {
    return role(status)
        + (status.vote() == 0 ? "" : ", vote " + status.vote())
        + ", last "
        + RaftText.of(status.last())
        + (status.persistedIndex() == status.last().index()
            ? ""
            : ", persisted " + status.persistedIndex())
        + ", commit "
        + status.commitIndex()
        + ", applied "
        + status.appliedIndex()
        + (status.transferTarget() == 0 ? "" : ", transferring to " + status.transferTarget())
        + (status.lostUpTo() == 0 ? "" : ", lost up to " + status.lostUpTo());
  }

  private static String role(Status status) {
    return words(status.role()).replace(' ', '-')
        + (status.role() == RoleName.FOLLOWER && status.leader() != 0
            ? " of " + status.leader()
            : "")
        + " in term "
        + status.term();
  }

  /** Describes the changes of role, term, leader and vote. */
  static List<String> newRole(Status before, Status after) {
    List<String> changes = new ArrayList<>();
    if (!role(before).equals(role(after))) {
      changes.add(role(after));
    }
    if (after.vote() != 0 && (before.term() != after.term() || before.vote() != after.vote())) {
      changes.add("votes for " + after.vote());
    }
    return changes;
  }

  /** Describes the changes of commit index, applied index and configuration. */
  static List<String> newCommit(Status before, Status after) {
    List<String> changes = new ArrayList<>();
    if (before.commitIndex() != after.commitIndex()) {
      changes.add("commit " + after.commitIndex());
    }
    if (before.appliedIndex() != after.appliedIndex()
        && (before.commitIndex() == after.commitIndex()
            || after.appliedIndex() != after.commitIndex())) {
      changes.add("applied " + after.appliedIndex());
    }
    if (!before.confState().equals(after.confState())) {
      changes.add(RaftText.of(after.confState()));
    }
    return changes;
  }

  /** Describes the snapshot, entries, read states and outcomes of a Ready; not its messages. */
  static List<String> actions(Ready ready) {
    List<String> actions = new ArrayList<>();
    ready.snapshot().ifPresent(snapshot -> actions.add("installs " + RaftText.of(snapshot)));
    if (!ready.entries().isEmpty()) {
      actions.add("writes " + RaftText.of(ready.entries()));
    }
    ready.readStates().forEach(read -> actions.add(RaftText.of(read)));
    ready.outcomes().forEach(outcome -> actions.add(RaftText.of(outcome)));
    return actions;
  }

  /** Describes an event; empty for an event that other lines show already. */
  static String of(RaftEvent event) {
    if (event instanceof RaftEvent.MessageDropped dropped) {
      return "drops it: " + words(dropped.reason());
    } else if (event instanceof RaftEvent.OutgoingDropped dropped) {
      return "does not send " + RaftText.of(dropped.message()) + ": " + words(dropped.reason());
    } else if (event instanceof RaftEvent.CampaignRefused refused) {
      return "may not campaign: " + words(refused.reason());
    } else if (event instanceof RaftEvent.SteppedDown down) {
      return "steps down: " + words(down.reason());
    } else if (event instanceof RaftEvent.RemovalLikely likely) {
      return "is no member for " + likely.voter();
    } else if (event instanceof RaftEvent.LogTruncated truncated) {
      return "removes " + truncated.fromIndex() + ".." + truncated.toIndex();
    } else if (event instanceof RaftEvent.StateLost lost) {
      return "has lost entries: its log ends at "
          + lost.lastIndex()
          + ", and must reach "
          + lost.upTo();
    } else if (event instanceof RaftEvent.StateRegained regained) {
      return "has again what it had lost, up to " + regained.upTo();
    } else if (event instanceof RaftEvent.SnapshotTooLarge large) {
      return "cannot send "
          + large.peer()
          + " the snapshot at "
          + RaftText.of(large.id())
          + ": "
          + large.bytes()
          + " bytes";
    } else if (event instanceof RaftEvent.ForwardAnswered answered) {
      return "its proposal was " + (answered.accepted() ? "accepted" : "rejected");
    }
    return "";
  }

  static String of(ProposeResult result) {
    if (result instanceof ProposeResult.Accepted accepted) {
      return "accepts "
          + RaftText.of(new LogId(accepted.term(), accepted.firstIndex()))
          + (accepted.lastIndex() == accepted.firstIndex() ? "" : ".." + accepted.lastIndex());
    } else if (result instanceof ProposeResult.Forwarded forwarded) {
      return "forwards to " + forwarded.leader();
    } else if (result instanceof ProposeResult.Rejected rejected) {
      return rejects(rejected.reason(), rejected.leader());
    }
    return result.toString();
  }

  static String of(ConfChangeResult result) {
    if (result instanceof ConfChangeResult.Accepted accepted) {
      return "accepts " + RaftText.of(new LogId(accepted.term(), accepted.index()));
    } else if (result instanceof ConfChangeResult.Rejected rejected) {
      return rejects(rejected.reason(), rejected.leader()) + " (" + rejected.problem() + ")";
    }
    return result.toString();
  }

  static String of(TransferResult result) {
    if (result instanceof TransferResult.Started started) {
      return "starts a transfer to " + started.target();
    } else if (result instanceof TransferResult.Forwarded forwarded) {
      return "forwards to " + forwarded.leader();
    } else if (result instanceof TransferResult.Rejected rejected) {
      return rejects(rejected.reason(), rejected.leader());
    }
    return result.toString();
  }

  /** Describes a rejected read; empty for a read that waits for its index, the usual case. */
  static String of(ReadResult result) {
    return result instanceof ReadResult.Rejected rejected
        ? rejects(rejected.reason(), rejected.leader())
        : "";
  }

  private static String rejects(Enum<?> reason, long leader) {
    return "rejects: " + words(reason) + (leader == 0 ? "" : ", leader " + leader);
  }

  static String of(PeerStatus peer) {
    return peer.id()
        + " "
        + words(peer.state())
        + " match "
        + peer.matchIndex()
        + " next "
        + peer.nextIndex()
        + (peer.inflightAppends() == 0 ? "" : " inflight " + peer.inflightAppends());
  }

  private static String words(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
