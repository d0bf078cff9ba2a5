package io.tickraft.testkit.sim;

import io.tickraft.core.Outcome;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;

/**
 * A hash of all events of a run: except for collisions, two runs with equal hashes are the same
 * run. The hash covers the values of the fields, so it does not depend on their encoding.
 */
public final class Trace {

  private long hash = 0x2545f4914f6cdd1dL;
  private long events;

  Trace() {}

  /** {@return the hash of all events so far} */
  public long hash() {
    return hash;
  }

  /** {@return the number of events so far} */
  public long events() {
    return events;
  }

  void event(String kind, long at, long node) {
    events++;
    add(kind);
    add(at);
    add(node);
  }

  @SuppressWarnings(
      "EnumOrdinal") // Cheaper than the name; a trace is compared with its own version.
  void add(Status status) {
    add(status.role().ordinal());
    add(status.term());
    add(status.vote());
    add(status.leader());
    add(status.last().index());
    add(status.last().term());
    add(status.commitIndex());
    add(status.appliedIndex());
  }

  void add(Ready ready) {
    add(ready.number());
    add(ready.mustSync() ? 1 : 0);
    ready
        .hardState()
        .ifPresent(
            h -> {
              add(h.getTerm());
              add(h.getVote());
              add(h.getCommit());
            });
    entries(ready.entries());
    ready.snapshot().ifPresent(s -> add(s.getMetadata().getIndex()));
    entries(ready.committedEntries());
    ready.confState().ifPresent(this::add);
    ready.readStates().forEach(this::add);
    ready.outcomes().forEach(this::add);
    add(ready.messages().size());
    ready.messages().forEach(this::add);
    add(ready.messagesAfterPersist().size());
    ready.messagesAfterPersist().forEach(this::add);
  }

  private void add(ConfState configuration) {
    ids(configuration.getVotersList());
    ids(configuration.getVotersOutgoingList());
    ids(configuration.getLearnersList());
    ids(configuration.getLearnersNextList());
    add(configuration.getAutoLeave() ? 1 : 0);
  }

  private void ids(List<Long> ids) {
    add(ids.size());
    ids.forEach(this::add);
  }

  private void add(ReadState read) {
    add(read.context().size());
    if (read instanceof ReadState.Confirmed confirmed) {
      add(confirmed.index());
    } else if (read instanceof ReadState.Aborted aborted) {
      add(aborted.reason().name());
      add(aborted.leader());
    }
  }

  private void add(Outcome outcome) {
    if (outcome instanceof Outcome.TransferEnded ended) {
      add(ended.target());
      add(ended.end().name());
      add(ended.leader());
    } else if (outcome instanceof Outcome.TransferRejected rejected) {
      add(rejected.target());
      add(rejected.reason().name());
      add(rejected.leader());
    } else if (outcome instanceof Outcome.ChangeImpossible impossible) {
      add(impossible.entry().term());
      add(impossible.entry().index());
    }
  }

  private void entries(List<Entry> entries) {
    add(entries.size());
    for (Entry entry : entries) {
      add(entry.getIndex());
      add(entry.getTerm());
      add(entry.getTypeValue());
      add(entry.getData().size());
    }
  }

  void add(Message message) {
    add(message.getFrom());
    add(message.getTo());
    add(message.getGroup());
    add(message.getTerm());
    add(message.getBodyCase().getNumber());
    switch (message.getBodyCase()) {
      case APPEND -> {
        Append append = message.getAppend();
        add(append.getPrev());
        add(append.getCommit());
        add(append.getNeedsNoAnswer() ? 1 : 0);
        entries(append.getEntriesList());
      }
      case APPEND_RESPONSE -> add(message.getAppendResponse());
      case HEARTBEAT -> {
        add(message.getHeartbeat().getCommit());
        add(message.getHeartbeat().getRound());
        add(message.getHeartbeat().getQuiesce() ? 1 : 0);
      }
      case HEARTBEAT_RESPONSE -> {
        add(message.getHeartbeatResponse().getRound());
        add(message.getHeartbeatResponse().getQuiesced() ? 1 : 0);
      }
      case VOTE -> {
        add(message.getVote().getLast());
        add(message.getVote().getCommit());
        add(message.getVote().getPriority());
        add(message.getVote().getTransfer() ? 1 : 0);
      }
      case VOTE_RESPONSE -> {
        add(message.getVoteResponse().getResultCase().getNumber());
        add(message.getVoteResponse().getRejected().getReasonValue());
        add(message.getVoteResponse().getCommit());
      }
      case INSTALL_SNAPSHOT -> {
        SnapshotMetadata metadata = message.getInstallSnapshot().getSnapshot().getMetadata();
        add(metadata.getIndex());
        add(metadata.getTerm());
        add(metadata.getConfState());
        add(message.getInstallSnapshot().getSnapshot().getData().size());
        add(message.getInstallSnapshot().getAttempt());
      }
      case INSTALL_SNAPSHOT_RESPONSE -> {
        add(message.getInstallSnapshotResponse().getResultCase().getNumber());
        add(message.getInstallSnapshotResponse().getAttempt());
        add(message.getInstallSnapshotResponse().getSnapshot());
        add(message.getInstallSnapshotResponse().getRefused().getReasonValue());
        add(message.getInstallSnapshotResponse().getInstalled().getMatch());
      }
      case PRE_VOTE -> {
        add(message.getPreVote().getCampaignTerm());
        add(message.getPreVote().getLast());
        add(message.getPreVote().getCommit());
        add(message.getPreVote().getPriority());
      }
      case PRE_VOTE_RESPONSE -> {
        add(message.getPreVoteResponse().getCampaignTerm());
        add(message.getPreVoteResponse().getResultCase().getNumber());
        add(message.getPreVoteResponse().getRejected().getReasonValue());
        add(message.getPreVoteResponse().getCommit());
      }
      case TIMEOUT_NOW -> add(message.getTimeoutNow().getLast());
      case TIMEOUT_NOW_RESPONSE -> {
        add(message.getTimeoutNowResponse().getLast());
        add(message.getTimeoutNowResponse().getRefused().getReasonValue());
      }
      case READ_INDEX -> add(message.getReadIndex().getRequest());
      case READ_INDEX_RESPONSE -> {
        add(message.getReadIndexResponse().getRequest());
        add(message.getReadIndexResponse().getReady().getIndex());
        add(message.getReadIndexResponse().getAborted().getReasonValue());
        add(message.getReadIndexResponse().getAborted().getLeader());
      }
      case TRANSFER_LEADER -> {
        add(message.getTransferLeader().getRequest());
        add(message.getTransferLeader().getTarget());
      }
      case TRANSFER_LEADER_RESPONSE -> {
        add(message.getTransferLeaderResponse().getRequest());
        add(message.getTransferLeaderResponse().getRejected().getReasonValue());
        add(message.getTransferLeaderResponse().getRejected().getLeader());
      }
      case PROPOSE -> {
        add(message.getPropose().getRequest());
        message.getPropose().getDataList().forEach(data -> add(data.size()));
      }
      case PROPOSE_RESPONSE -> {
        add(message.getProposeResponse().getRequest());
        add(message.getProposeResponse().getAccepted().getFirst());
        add(message.getProposeResponse().getAccepted().getCount());
        add(message.getProposeResponse().getRejected().getReasonValue());
        add(message.getProposeResponse().getRejected().getLeader());
      }
      case BODY_NOT_SET -> {}
    }
  }

  private void add(AppendResponse response) {
    add(response.getResultCase().getNumber());
    add(response.getAccepted().getMatch());
    add(response.getRejected().getPrevIndex());
    add(response.getRejected().getHint());
    add(response.getRejected().getWantsSnapshot() ? 1 : 0);
    add(response.getCommit());
  }

  private void add(RequestId request) {
    add(request.getIncarnation());
    add(request.getSequence());
  }

  private void add(EntryId id) {
    add(id.getTerm());
    add(id.getIndex());
  }

  private void add(String text) {
    add(Choices.hash(text));
  }

  private void add(long number) {
    long z = (hash ^ number) + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    hash = z ^ (z >>> 31);
  }
}
