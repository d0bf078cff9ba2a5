package io.tickraft.core.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.SnapshotRefuseReason;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that could be meant for a node in the state that it is in: of terms, indexes and members
 * near its own, and answers to what it sent.
 */
final class PlausibleMessages {

  private static final List<ConfChangeTransition> TRANSITIONS =
      List.of(
          ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE);

  private static final List<ConfChangeType> CHANGES =
      List.of(
          ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER,
          ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER,
          ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER,
          ConfChangeType.CONF_CHANGE_TYPE_REMOVE);

  private static final int MEMORY = 32;

  private final Dice dice;
  private final long id;
  private final long group;

  /** Ids that send: members, and perhaps others. */
  private final List<Long> senders;

  private final List<ConfState> configurations;
  private final PlausibleRequests requests;

  /** How many of a hundred messages are of a later term. */
  private final int restlessness;

  /** What the node sent, the last of it. */
  private final List<Message> sent = new ArrayList<>();

  private int sentAt;

  /** The reads and transfers that it sent, the last of them. */
  private final List<Message> unanswered = new ArrayList<>();

  PlausibleMessages(
      Dice dice,
      long id,
      long group,
      List<Long> senders,
      List<ConfState> configurations,
      int restlessness) {
    this.dice = dice;
    this.id = id;
    this.group = group;
    this.senders = senders;
    this.configurations = configurations;
    this.restlessness = restlessness;
    this.requests = new PlausibleRequests(dice, senders);
  }

  /** Takes what leaves the node. */
  void sent(Message message) {
    if (message.hasReadIndex() || message.hasTransferLeader() || message.hasTimeoutNow()) {
      unanswered.add(message);
    }
    if (sent.size() < MEMORY) {
      sent.add(message);
    } else {
      sent.set(sentAt++ % MEMORY, message);
    }
  }

  Message next(Observation now, NaiveLog log) {
    if (now.role() == RoleName.LEADER && now.transferTarget() != 0 && dice.percent(50)) {
      return fromTarget(now);
    }
    if (!unanswered.isEmpty() && dice.percent(12)) {
      Message answer = answer(unanswered.remove(unanswered.size() - 1), now);
      if (answer != null) {
        return answer;
      }
    }
    if (!sent.isEmpty() && dice.percent(35)) {
      Message answer = answer(dice.of(sent), now);
      if (answer != null) {
        return answer;
      }
    }
    Message.BodyCase body = body(now.role());
    Message.Builder message =
        Message.newBuilder().setFrom(sender(now, body)).setTo(id).setGroup(group);
    long term = term(now, body);
    return switch (body) {
      case APPEND -> message.setTerm(term).setAppend(append(now, log, term)).build();
      case HEARTBEAT -> message.setTerm(term).setHeartbeat(heartbeat(now)).build();
      case VOTE -> message.setTerm(term).setVote(vote(now)).build();
      case PRE_VOTE -> preVote(message, now);
      case PRE_VOTE_RESPONSE ->
          message
              .setTerm(term)
              .setPreVoteResponse(preVoteResponse(now, now.term() + 1, dice.percent(60)))
              .build();
      case INSTALL_SNAPSHOT ->
          message.setTerm(term).setInstallSnapshot(installSnapshot(now, log, term)).build();
      case APPEND_RESPONSE -> message.setTerm(term).setAppendResponse(appendResponse(now)).build();
      case HEARTBEAT_RESPONSE ->
          message
              .setTerm(term)
              .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(dice.below(20)))
              .build();
      case VOTE_RESPONSE ->
          message.setTerm(term).setVoteResponse(voteResponse(now, dice.percent(60))).build();
      case INSTALL_SNAPSHOT_RESPONSE ->
          message
              .setTerm(term)
              .setInstallSnapshotResponse(installSnapshotResponse(now, message.getFrom()))
              .build();
      case PROPOSE -> message.setPropose(propose()).build();
      case PROPOSE_RESPONSE -> message.setProposeResponse(proposeResponse(now)).build();
      default -> requests.next(message, body, now, term);
    };
  }

  /** The target of a transfer gets on with it: it has everything, or does not want to lead. */
  private Message fromTarget(Observation now) {
    Message.Builder message =
        Message.newBuilder()
            .setFrom(now.transferTarget())
            .setTo(id)
            .setGroup(group)
            .setTerm(now.term());
    boolean upToDate =
        now.peers().stream()
            .anyMatch(peer -> peer.id() == now.transferTarget() && peer.match() == now.last());
    return upToDate
        ? requests.next(message, Message.BodyCase.TIMEOUT_NOW_RESPONSE, now, now.term())
        : message
            .setAppendResponse(
                AppendResponse.newBuilder()
                    .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(now.last())))
            .build();
  }

  private Message.BodyCase body(RoleName role) {
    int kind =
        switch (role) {
          case LEADER -> dice.weighted(3, 2, 4, 2, 40, 16, 2, 14, 12, 2, 3, 2, 5, 1, 4, 1);
          case CANDIDATE -> dice.weighted(14, 8, 12, 6, 2, 2, 40, 2, 4, 4, 4, 2, 2, 1, 2, 1);
          case PRE_CANDIDATE -> dice.weighted(14, 8, 12, 6, 2, 2, 2, 2, 4, 4, 6, 60, 2, 1, 2, 1);
          default -> dice.weighted(40, 12, 14, 9, 2, 2, 2, 2, 6, 5, 6, 3, 2, 1, 2, 1);
        };
    return switch (kind) {
      case 0 -> Message.BodyCase.APPEND;
      case 1 -> Message.BodyCase.HEARTBEAT;
      case 2 -> Message.BodyCase.VOTE;
      case 3 -> Message.BodyCase.INSTALL_SNAPSHOT;
      case 4 -> Message.BodyCase.APPEND_RESPONSE;
      case 5 -> Message.BodyCase.HEARTBEAT_RESPONSE;
      case 6 -> Message.BodyCase.VOTE_RESPONSE;
      case 7 -> Message.BodyCase.INSTALL_SNAPSHOT_RESPONSE;
      case 8 -> Message.BodyCase.PROPOSE;
      case 9 -> Message.BodyCase.PROPOSE_RESPONSE;
      case 10 -> Message.BodyCase.PRE_VOTE;
      case 11 -> Message.BodyCase.PRE_VOTE_RESPONSE;
      case 12 -> Message.BodyCase.READ_INDEX;
      case 13 ->
          dice.oneIn(2)
              ? Message.BodyCase.READ_INDEX_RESPONSE
              : Message.BodyCase.TRANSFER_LEADER_RESPONSE;
      case 14 ->
          role == RoleName.FOLLOWER
              ? Message.BodyCase.TIMEOUT_NOW
              : Message.BodyCase.TIMEOUT_NOW_RESPONSE;
      default -> dice.percent(70) ? Message.BodyCase.TRANSFER_LEADER : Message.BodyCase.TIMEOUT_NOW;
    };
  }

  private long sender(Observation now, Message.BodyCase body) {
    boolean fromLeader =
        switch (body) {
          case APPEND,
              HEARTBEAT,
              INSTALL_SNAPSHOT,
              PROPOSE_RESPONSE,
              TIMEOUT_NOW,
              READ_INDEX_RESPONSE,
              TRANSFER_LEADER_RESPONSE ->
              true;
          default -> false;
        };
    return fromLeader && now.leader() != 0 && now.leader() != id && dice.percent(92)
        ? now.leader()
        : dice.of(senders);
  }

  private long term(Observation now, Message.BodyCase body) {
    int later = body == Message.BodyCase.VOTE ? 5 + 3 * restlessness : restlessness;
    if (dice.percent(later) && now.term() < Long.MAX_VALUE) {
      return now.term() + dice.between(1, Math.min(3, Long.MAX_VALUE - now.term()));
    }
    if (dice.percent(6)) {
      return dice.between(Math.max(1, now.term() - 3), now.term());
    }
    return Math.max(1, now.term());
  }

  // Requests.

  private Append append(Observation now, NaiveLog log, long term) {
    long prev =
        switch (dice.weighted(50, 35, 10, 5)) {
          case 0 -> now.last();
          case 1 -> dice.between(Math.max(0, Math.max(now.commit(), now.last() - 6)), now.last());
          case 2 -> dice.between(Math.max(0, now.first() - 2), now.last());
          default -> now.last() + dice.between(1, 3);
        };
    long prevTerm = prev == 0 ? 0 : termAt(now, log, prev, term);
    Append.Builder append =
        Append.newBuilder()
            .setPrev(EntryId.newBuilder().setIndex(prev).setTerm(prevTerm))
            .setCommit(dice.between(Math.max(0, now.commit() - 2), now.last() + 3));
    int count = dice.weighted(20, 40, 20, 10, 10);
    long before = Math.max(1, prevTerm);
    boolean copied = dice.percent(40);
    for (int i = 1; i <= count; i++) {
      long known = log.term(prev + i);
      if (copied && log.holds(prev + i) && known >= before && known <= term) {
        append.addEntries(log.get(prev + i));
      } else {
        copied = false;
        append.addEntries(entry(prev + i, dice.percent(80) ? term : dice.between(before, term)));
      }
      before = append.getEntries(i - 1).getTerm();
    }
    return append.build();
  }

  private long termAt(Observation now, NaiveLog log, long index, long term) {
    if (dice.percent(5)) {
      return dice.between(1, term);
    }
    if (index >= now.last()) {
      return Math.max(1, Math.min(now.lastTerm(), term));
    }
    long known = log.term(index);
    return known >= 1 ? known : Math.max(1, Math.min(now.lastTerm(), term));
  }

  private Entry entry(long index, long term) {
    Entry.Builder entry = Entry.newBuilder().setIndex(index).setTerm(term);
    return switch (dice.weighted(85, 10, 5)) {
      case 0 -> entry.setType(EntryType.ENTRY_TYPE_COMMAND).setData(data()).build();
      case 1 -> entry.setType(EntryType.ENTRY_TYPE_NO_OP).build();
      default ->
          entry
              .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
              .setData(dice.oneIn(8) ? data() : confChange().toByteString())
              .build();
    };
  }

  /** A membership change, which may be possible. */
  ConfChange confChange() {
    ConfChange.Builder change =
        ConfChange.newBuilder()
            .setTransition(dice.of(TRANSITIONS))
            .setContext(dice.oneIn(3) ? data() : ByteString.EMPTY);
    if (change.getTransition() != ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE) {
      for (int i = dice.oneIn(3) ? dice.below(4) : 0; i >= 0; i--) {
        change.addChanges(
            ConfChangeSingle.newBuilder()
                .setType(dice.of(CHANGES))
                .setNode(dice.oneIn(6) ? id : dice.oneIn(20) ? dice.any() : dice.between(1, 7)));
      }
    }
    return change.build();
  }

  private ByteString data() {
    byte[] bytes = new byte[dice.oneIn(10) ? dice.below(200) : dice.below(12)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) dice.below(256);
    }
    return ByteString.copyFrom(bytes);
  }

  private Heartbeat heartbeat(Observation now) {
    return Heartbeat.newBuilder()
        .setCommit(
            dice.between(Math.max(0, now.commit() - 2), now.last() + (dice.oneIn(8) ? 1 : 0)))
        .setRound(dice.below(100))
        .build();
  }

  private Vote vote(Observation now) {
    EntryId last =
        now.last() == 0
            ? EntryId.getDefaultInstance()
            : EntryId.newBuilder()
                .setIndex(Math.max(1, now.last() + dice.between(-1, 2)))
                .setTerm(Math.max(1, now.lastTerm() + (dice.oneIn(6) ? dice.between(-1, 1) : 0)))
                .build();
    return Vote.newBuilder()
        .setLast(last)
        .setCommit(commit(now, last))
        .setPriority(dice.below(3))
        .setTransfer(dice.oneIn(10))
        .build();
  }

  private Message preVote(Message.Builder message, Observation now) {
    Vote vote = vote(now);
    long least = Math.max(vote.getLast().getTerm(), now.term() - dice.below(3));
    long term = Math.min(Long.MAX_VALUE - 1, least + (dice.oneIn(4) ? dice.below(3) : 0));
    return message
        .setTerm(term)
        .setPreVote(
            PreVote.newBuilder()
                .setCampaignTerm(term + 1)
                .setLast(vote.getLast())
                .setCommit(vote.getCommit())
                .setPriority(vote.getPriority()))
        .build();
  }

  private EntryId commit(Observation now, EntryId last) {
    long index = Math.min(now.commit(), last.getIndex());
    return index == 0
        ? EntryId.getDefaultInstance()
        : EntryId.newBuilder().setIndex(index).setTerm(dice.between(1, last.getTerm())).build();
  }

  private InstallSnapshot installSnapshot(Observation now, NaiveLog log, long term) {
    long index = Math.max(1, dice.between(now.commit() - 2, now.last() + 4));
    return InstallSnapshot.newBuilder()
        .setAttempt(1 + dice.below(3))
        .setSnapshot(
            Snapshot.newBuilder()
                .setMetadata(
                    SnapshotMetadata.newBuilder()
                        .setIndex(index)
                        .setTerm(Math.min(term, termAt(now, log, index, term)))
                        .setConfState(dice.of(configurations)))
                .setData(data()))
        .build();
  }

  private Propose propose() {
    Propose.Builder propose = Propose.newBuilder().setRequest(requests.request());
    for (int i = dice.below(4); i >= 0; i--) {
      propose.addData(data());
    }
    return propose.build();
  }

  // Answers.

  private AppendResponse appendResponse(Observation now) {
    AppendResponse.Builder response =
        AppendResponse.newBuilder().setCommit(dice.between(0, now.commit()));
    return switch (dice.weighted(70, 25, 5)) {
      case 0 -> response.setAccepted(accepted(now)).build();
      case 1 -> response.setRejected(rejected(now, dice.between(0, now.last()))).build();
      default -> response.build();
    };
  }

  private AppendResponse.Accepted accepted(Observation now) {
    long low = now.peers().isEmpty() ? now.commit() : dice.of(now.peers()).match();
    long high = dice.oneIn(20) ? now.last() + 2 : Math.min(now.last(), low + 4);
    return AppendResponse.Accepted.newBuilder().setMatch(dice.between(low, high)).build();
  }

  private AppendResponse.Rejected rejected(Observation now, long prev) {
    if (dice.oneIn(6)) {
      return AppendResponse.Rejected.newBuilder().setPrevIndex(prev).setWantsSnapshot(true).build();
    }
    long hint = dice.between(0, Math.max(0, Math.min(prev, now.last()) - 1));
    return AppendResponse.Rejected.newBuilder()
        .setPrevIndex(prev)
        .setHint(
            EntryId.newBuilder()
                .setIndex(hint)
                .setTerm(hint == 0 ? 0 : dice.between(1, Math.max(1, now.lastTerm()))))
        .build();
  }

  private VoteResponse voteResponse(Observation now, boolean granted) {
    VoteResponse.Builder response = VoteResponse.newBuilder();
    if (now.commit() > 0) {
      response.setCommit(
          EntryId.newBuilder()
              .setIndex(now.commit() + dice.below(3))
              .setTerm(dice.between(1, Math.max(1, now.lastTerm()))));
    }
    return granted
        ? response.setGranted(VoteResponse.Granted.getDefaultInstance()).build()
        : response
            .setRejected(
                VoteResponse.Rejected.newBuilder()
                    .setReason(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND))
            .build();
  }

  private PreVoteResponse preVoteResponse(Observation now, long campaignTerm, boolean granted) {
    VoteResponse vote = voteResponse(now, granted);
    PreVoteResponse.Builder response =
        PreVoteResponse.newBuilder()
            .setCampaignTerm(dice.oneIn(12) ? dice.between(1, 9) : campaignTerm)
            .setCommit(vote.getCommit());
    return granted
        ? response.setGranted(PreVoteResponse.Granted.getDefaultInstance()).build()
        : response
            .setRejected(
                PreVoteResponse.Rejected.newBuilder()
                    .setReason(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND))
            .build();
  }

  private InstallSnapshotResponse installSnapshotResponse(Observation now, long from) {
    long match = now.commit();
    for (Observation.Peer peer : now.peers()) {
      if (peer.id() == from) {
        match = dice.between(Math.max(1, peer.match()), now.last());
      }
    }
    InstallSnapshotResponse.Builder response =
        InstallSnapshotResponse.newBuilder()
            .setAttempt(1 + dice.below(3))
            .setSnapshot(
                EntryId.newBuilder()
                    .setIndex(Math.max(1, match))
                    .setTerm(Math.max(1, now.lastTerm())));
    return switch (dice.weighted(60, 35, 5)) {
      case 0 -> response.setInstalled(installed(Math.max(1, match))).build();
      case 1 -> response.setRefused(refused()).build();
      default -> response.build();
    };
  }

  private static InstallSnapshotResponse.Installed installed(long match) {
    return InstallSnapshotResponse.Installed.newBuilder().setMatch(match).build();
  }

  private static InstallSnapshotResponse.Refused refused() {
    return InstallSnapshotResponse.Refused.newBuilder()
        .setReason(SnapshotRefuseReason.SNAPSHOT_REFUSE_REASON_BUSY)
        .build();
  }

  private ProposeResponse proposeResponse(Observation now) {
    ProposeResponse.Builder response = ProposeResponse.newBuilder().setRequest(requests.request());
    return dice.percent(50)
        ? response
            .setAccepted(
                ProposeResponse.Accepted.newBuilder()
                    .setFirst(EntryId.newBuilder().setIndex(now.last() + 1).setTerm(now.term() + 1))
                    .setCount(1 + dice.below(3)))
            .build()
        : response
            .setRejected(
                ProposeResponse.Rejected.newBuilder()
                    .setReason(ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER)
                    .setLeader(dice.of(senders)))
            .build();
  }

  /** What the receiver of something that the node sent might answer; null if it would not. */
  private @Nullable Message answer(Message sent, Observation now) {
    Message.Builder message =
        Message.newBuilder()
            .setFrom(sent.getTo())
            .setTo(id)
            .setGroup(group)
            .setTerm(sent.getTerm());
    return switch (sent.getBodyCase()) {
      case VOTE -> message.setVoteResponse(voteResponse(now, dice.percent(75))).build();
      case PRE_VOTE ->
          message
              .setPreVoteResponse(
                  preVoteResponse(now, sent.getPreVote().getCampaignTerm(), dice.percent(75)))
              .build();
      case APPEND -> {
        Append append = sent.getAppend();
        AppendResponse.Builder response =
            AppendResponse.newBuilder().setCommit(dice.between(0, append.getCommit()));
        long prev = append.getPrev().getIndex();
        yield message
            .setAppendResponse(
                dice.percent(75)
                    ? response.setAccepted(
                        AppendResponse.Accepted.newBuilder()
                            .setMatch(prev + append.getEntriesCount()))
                    : response.setRejected(rejected(now, prev)))
            .build();
      }
      case HEARTBEAT ->
          message
              .setHeartbeatResponse(
                  HeartbeatResponse.newBuilder().setRound(sent.getHeartbeat().getRound()))
              .build();
      case INSTALL_SNAPSHOT -> {
        SnapshotMetadata metadata = sent.getInstallSnapshot().getSnapshot().getMetadata();
        InstallSnapshotResponse.Builder response =
            InstallSnapshotResponse.newBuilder()
                .setAttempt(sent.getInstallSnapshot().getAttempt())
                .setSnapshot(
                    EntryId.newBuilder().setIndex(metadata.getIndex()).setTerm(metadata.getTerm()));
        yield message
            .setInstallSnapshotResponse(
                dice.percent(65)
                    ? response.setInstalled(installed(metadata.getIndex()))
                    : response.setRefused(refused()))
            .build();
      }
      case PROPOSE ->
          message
              .setTerm(0)
              .setProposeResponse(
                  proposeResponse(now).toBuilder().setRequest(sent.getPropose().getRequest()))
              .build();
      case READ_INDEX, TRANSFER_LEADER, TIMEOUT_NOW -> requests.answer(message, sent, now);
      default -> null;
    };
  }
}
