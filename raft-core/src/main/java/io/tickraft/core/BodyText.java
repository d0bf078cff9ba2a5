package io.tickraft.core;

import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.Locale;

/** The text of a message's body, each part after a space. */
final class BodyText {

  private static final String NO_RESULT = " no result";
  private static final String ONLY_MY_TERM = " only my term";

  private BodyText() {}

  static String of(Message message) {
    return switch (message.getBodyCase()) {
      case APPEND -> of(message.getAppend());
      case APPEND_RESPONSE -> of(message.getAppendResponse());
      case HEARTBEAT -> of(message.getHeartbeat());
      case HEARTBEAT_RESPONSE ->
          round(message.getHeartbeatResponse().getRound())
              + (message.getHeartbeatResponse().getQuiesced() ? " quiesced" : "");
      case VOTE -> of(message.getVote());
      case VOTE_RESPONSE -> of(message.getVoteResponse());
      case PRE_VOTE -> of(message.getPreVote());
      case PRE_VOTE_RESPONSE -> of(message.getPreVoteResponse());
      case INSTALL_SNAPSHOT ->
          " "
              + RaftText.of(message.getInstallSnapshot().getSnapshot())
              + attempt(message.getInstallSnapshot().getAttempt());
      case INSTALL_SNAPSHOT_RESPONSE -> of(message.getInstallSnapshotResponse());
      case TIMEOUT_NOW -> id(" last ", message.getTimeoutNow().getLast());
      case TIMEOUT_NOW_RESPONSE -> of(message.getTimeoutNowResponse());
      case PROPOSE -> of(message.getPropose());
      case PROPOSE_RESPONSE -> of(message.getProposeResponse());
      case READ_INDEX -> request(message.getReadIndex().getRequest());
      case READ_INDEX_RESPONSE -> of(message.getReadIndexResponse());
      case TRANSFER_LEADER ->
          request(message.getTransferLeader().getRequest())
              + " target "
              + message.getTransferLeader().getTarget();
      case TRANSFER_LEADER_RESPONSE -> of(message.getTransferLeaderResponse());
      case BODY_NOT_SET -> "";
    };
  }

  private static String of(Append append) {
    return id(" prev ", append.getPrev())
        + " "
        + RaftText.of(append.getEntriesList())
        + commit(append.getCommit())
        + (append.getNeedsNoAnswer() ? " no answer" : "");
  }

  private static String of(AppendResponse response) {
    String result =
        switch (response.getResultCase()) {
          case ACCEPTED -> " accepted " + response.getAccepted().getMatch();
          case REJECTED -> of(response.getRejected());
          case RESULT_NOT_SET -> ONLY_MY_TERM;
        };
    boolean nothing =
        response.getResultCase() == AppendResponse.ResultCase.RESULT_NOT_SET
            && response.getCommit() == 0;
    return result + (nothing ? "" : commit(response.getCommit()));
  }

  private static String of(AppendResponse.Rejected rejected) {
    return " rejected prev "
        + rejected.getPrevIndex()
        + (rejected.hasHint() ? id(" hint ", rejected.getHint()) : "")
        + (rejected.getWantsSnapshot() ? " wants snapshot" : "");
  }

  private static String of(Heartbeat heartbeat) {
    return commit(heartbeat.getCommit())
        + " round "
        + heartbeat.getRound()
        + (heartbeat.getQuiesce() ? " quiesce" : "");
  }

  private static String of(Vote vote) {
    return id(" last ", vote.getLast())
        + id(" committed ", vote.getCommit())
        + priority(vote.getPriority())
        + (vote.getTransfer() ? " transfer" : "");
  }

  private static String of(VoteResponse response) {
    String result =
        switch (response.getResultCase()) {
          case GRANTED -> " granted";
          case REJECTED -> rejected(response.getRejected().getReason());
          case RESULT_NOT_SET -> NO_RESULT;
        };
    return result + id(" committed ", response.getCommit());
  }

  private static String of(PreVote vote) {
    return " campaign t"
        + vote.getCampaignTerm()
        + id(" last ", vote.getLast())
        + id(" committed ", vote.getCommit())
        + priority(vote.getPriority());
  }

  private static String of(PreVoteResponse response) {
    String result =
        switch (response.getResultCase()) {
          case GRANTED -> " granted";
          case REJECTED -> rejected(response.getRejected().getReason());
          case RESULT_NOT_SET -> NO_RESULT;
        };
    return " campaign t"
        + response.getCampaignTerm()
        + result
        + id(" committed ", response.getCommit());
  }

  private static String of(InstallSnapshotResponse response) {
    String result =
        switch (response.getResultCase()) {
          case INSTALLED -> " installed " + response.getInstalled().getMatch();
          case REFUSED -> " refused" + reason(response.getRefused().getReason());
          case RESULT_NOT_SET -> ONLY_MY_TERM;
        };
    return result + id(" snapshot ", response.getSnapshot()) + attempt(response.getAttempt());
  }

  private static String of(TimeoutNowResponse response) {
    return (response.hasRefused() ? rejected(response.getRefused().getReason()) : NO_RESULT)
        + id(" last ", response.getLast());
  }

  private static String of(Propose propose) {
    return request(propose.getRequest()) + " " + RaftText.payloads(propose.getDataList());
  }

  private static String of(ProposeResponse response) {
    return request(response.getRequest())
        + switch (response.getResultCase()) {
          case ACCEPTED ->
              id(" accepted ", response.getAccepted().getFirst())
                  + " count "
                  + response.getAccepted().getCount();
          case REJECTED ->
              rejected(response.getRejected().getReason())
                  + leader(response.getRejected().getLeader());
          case RESULT_NOT_SET -> NO_RESULT;
        };
  }

  private static String of(ReadIndexResponse response) {
    return request(response.getRequest())
        + switch (response.getResultCase()) {
          case READY -> " ready " + response.getReady().getIndex();
          case ABORTED ->
              " aborted"
                  + reason(response.getAborted().getReason())
                  + leader(response.getAborted().getLeader());
          case RESULT_NOT_SET -> NO_RESULT;
        };
  }

  private static String of(TransferLeaderResponse response) {
    return request(response.getRequest())
        + switch (response.getResultCase()) {
          case STARTED -> " started";
          case REJECTED ->
              rejected(response.getRejected().getReason())
                  + leader(response.getRejected().getLeader());
          case RESULT_NOT_SET -> NO_RESULT;
        };
  }

  private static String id(String label, EntryId id) {
    return label + RaftText.of(id);
  }

  private static String commit(long commit) {
    return " commit " + commit;
  }

  private static String round(long round) {
    return round == 0 ? ONLY_MY_TERM : " round " + round;
  }

  private static String attempt(long attempt) {
    return attempt == 0 ? "" : " attempt " + attempt;
  }

  private static String priority(long priority) {
    return priority == 0 ? "" : " priority " + priority;
  }

  private static String leader(long leader) {
    return leader == 0 ? "" : " leader " + leader;
  }

  private static String request(RequestId request) {
    return " request " + request.getIncarnation() + "." + request.getSequence();
  }

  private static String rejected(Enum<?> reason) {
    return " rejected" + reason(reason);
  }

  /** The part of a reason's name that follows the name of its type, as words. */
  private static String reason(Enum<?> reason) {
    String name = reason.name();
    int type = name.indexOf("REASON_");
    String words = type < 0 ? name : name.substring(type + "REASON_".length());
    return words.equals("UNSPECIFIED")
        ? ""
        : ": " + words.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
