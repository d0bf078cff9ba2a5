package io.tickraft.core;

/** The text of an event: one line for each kind. */
final class EventText {

  private EventText() {}

  static String of(RaftEvent event) {
    if (event instanceof RaftEvent.MessageDropped dropped) {
      return "dropped, " + words(dropped.reason()) + ": " + RaftText.of(dropped.message());
    } else if (event instanceof RaftEvent.OutgoingDropped dropped) {
      return "not sent, " + words(dropped.reason()) + ": " + RaftText.of(dropped.message());
    } else if (event instanceof RaftEvent.RoleChanged changed) {
      return role(changed.to())
          + inTerm(changed.term())
          + (changed.from() == changed.to() ? "" : ", was " + role(changed.from()));
    } else if (event instanceof RaftEvent.LeaderChanged changed) {
      return leader(changed.leader()) + inTerm(changed.term());
    } else if (event instanceof RaftEvent.CampaignRefused refused) {
      return "campaign refused, " + words(refused.reason()) + inTerm(refused.term());
    } else if (event instanceof RaftEvent.RemovalLikely likely) {
      return "probably removed from the group: not a member for "
          + likely.voter()
          + ", which has committed "
          + likely.commit();
    } else if (event instanceof RaftEvent.VoteAnswered answered) {
      return vote("vote", answered.granted(), answered.candidate()) + inTerm(answered.term());
    } else if (event instanceof RaftEvent.PreVoteAnswered answered) {
      return vote("pre-vote", answered.granted(), answered.candidate())
          + " for term "
          + answered.campaignTerm();
    } else if (event instanceof RaftEvent.SteppedDown down) {
      return "stepped down, " + words(down.reason()) + inTerm(down.term());
    } else if (event instanceof RaftEvent.LogTruncated truncated) {
      return "uncommitted entries "
          + truncated.fromIndex()
          + ".."
          + truncated.toIndex()
          + " removed";
    } else if (event instanceof RaftEvent.SnapshotAccepted accepted) {
      return "snapshot " + RaftText.of(accepted.id()) + " accepted";
    } else if (event instanceof RaftEvent.SnapshotTooLarge large) {
      return "snapshot "
          + RaftText.of(large.id())
          + " too large for "
          + large.peer()
          + ": no message can carry its "
          + large.bytes()
          + " bytes";
    } else if (event instanceof RaftEvent.StateLost lost) {
      return "lost entries: the log ends at "
          + lost.lastIndex()
          + ", "
          + leader(lost.leader())
          + " has seen it reach "
          + lost.upTo()
          + ": no votes, no campaign, no reads until it reaches "
          + lost.upTo();
    } else if (event instanceof RaftEvent.StateRegained regained) {
      return "lost entries regained: the log reaches " + regained.upTo();
    } else if (event instanceof RaftEvent.ConfigurationChanged changed) {
      return "configuration in effect: " + RaftText.of(changed.configuration());
    } else if (event instanceof RaftEvent.ReplicationChanged changed) {
      return "replication to "
          + changed.peer()
          + ": "
          + words(changed.to())
          + ", was "
          + words(changed.from());
    } else if (event instanceof RaftEvent.ForwardAnswered answered) {
      return "forwarded proposal "
          + (answered.accepted() ? "accepted" : "rejected")
          + " by leader "
          + answered.leader();
    } else if (event instanceof RaftEvent.PersistOverdue overdue) {
      return "persisting overdue: "
          + overdue.readys()
          + " Readys outstanding, the oldest for "
          + overdue.ticks()
          + " ticks";
    } else if (event instanceof RaftEvent.ApplyOverdue overdue) {
      return "applying overdue: "
          + overdue.appliedIndex()
          + " of "
          + overdue.applyingIndex()
          + " applied, for "
          + overdue.ticks()
          + " ticks";
    }
    // No exception: thrown while an observer logs the event, it would fail the node.
    return event.getClass().getSimpleName();
  }

  private static String vote(String kind, boolean granted, long candidate) {
    return kind + (granted ? " granted to " : " refused to ") + candidate;
  }

  private static String role(RoleName role) {
    return words(role).replace(' ', '-');
  }

  private static String leader(long leader) {
    return leader == 0 ? "no leader known" : "leader " + leader;
  }

  private static String inTerm(long term) {
    return " in term " + term;
  }

  private static String words(Enum<?> constant) {
    return RaftText.words(constant);
  }
}
