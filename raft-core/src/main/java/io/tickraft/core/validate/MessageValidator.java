package io.tickraft.core.validate;

import com.google.protobuf.ByteString;
import io.tickraft.core.DropReason;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.membership.NewerVersion;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.TransferLeaderResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides by a message alone whether it is valid: whether it is addressed to this node and group,
 * and whether its fields are in range and consistent. Does not look at the receiver's state.
 *
 * <p>A message with unknown fields is valid: a newer peer added them. (A snapshot's configuration
 * with unknown fields is not: quorums would be counted without them.) A message object that is too
 * large to be sent is malformed; no decoder makes one. An entry above the receiver's {@code
 * maxEntryBytes} is valid: the leader decides how large entries are.
 */
public final class MessageValidator {

  /**
   * The highest index that a snapshot may have. Entries raise the last index one by one, so only a
   * snapshot could bring a log near the highest index. Half of all indexes are left for entries.
   */
  static final long LAST_SNAPSHOT_INDEX = Long.MAX_VALUE / 2;

  private final long id;
  private final long group;

  /**
   * Creates a validator.
   *
   * @param id the receiver
   * @param group the receiver's group
   */
  public MessageValidator(long id, long group) {
    this.id = id;
    this.group = group;
  }

  /**
   * Returns the reason to drop a message; null if it is valid.
   *
   * @param body the message's {@code getBodyCase()}, which the caller needs too
   */
  public @Nullable DropReason problem(Message message, BodyCase body) {
    if (message.getTo() != id) {
      return DropReason.MISDELIVERED;
    }
    if (message.getGroup() != group) {
      return DropReason.OTHER_GROUP;
    }
    if (message.getFrom() < 1 || message.getFrom() == id) {
      return DropReason.BAD_SENDER;
    }
    if (body == BodyCase.BODY_NOT_SET) {
      return DropReason.UNKNOWN_BODY;
    }
    if (!termFits(message.getTerm(), body)) {
      return DropReason.MALFORMED;
    }
    if (body == BodyCase.APPEND) {
      return problem(message.getAppend(), message.getTerm());
    }
    if (body == BodyCase.INSTALL_SNAPSHOT && isOfNewerVersion(message.getInstallSnapshot())) {
      return DropReason.NEWER_VERSION;
    }
    return isWellFormed(message, body) ? null : DropReason.MALFORMED;
  }

  private static boolean termFits(long term, BodyCase body) {
    if (isOutsideTerms(body)) {
      return term == 0;
    }
    // A node that has not seen any term yet may send a pre-vote or answer one.
    boolean mayBeNone = body == BodyCase.PRE_VOTE || body == BodyCase.PRE_VOTE_RESPONSE;
    return term >= 1 || (mayBeNone && term == 0);
  }

  private static boolean isOfNewerVersion(InstallSnapshot install) {
    return NewerVersion.unknownIn(install.getSnapshot().getMetadata().getConfState()).isPresent();
  }

  /** Returns whether a kind of message has no term: requests to a leader, and the answers. */
  public static boolean isOutsideTerms(BodyCase body) {
    return switch (body) {
      case PROPOSE,
          PROPOSE_RESPONSE,
          READ_INDEX,
          READ_INDEX_RESPONSE,
          TRANSFER_LEADER,
          TRANSFER_LEADER_RESPONSE ->
          true;
      case APPEND,
          APPEND_RESPONSE,
          HEARTBEAT,
          HEARTBEAT_RESPONSE,
          PRE_VOTE,
          PRE_VOTE_RESPONSE,
          VOTE,
          VOTE_RESPONSE,
          INSTALL_SNAPSHOT,
          INSTALL_SNAPSHOT_RESPONSE,
          TIMEOUT_NOW,
          TIMEOUT_NOW_RESPONSE,
          BODY_NOT_SET ->
          false;
    };
  }

  private static boolean isWellFormed(Message message, BodyCase body) {
    return switch (body) {
      case APPEND_RESPONSE -> isWellFormed(message.getAppendResponse());
      case HEARTBEAT ->
          message.getHeartbeat().getCommit() >= 0 && message.getHeartbeat().getRound() >= 0;
      case HEARTBEAT_RESPONSE -> message.getHeartbeatResponse().getRound() >= 0;
      case PRE_VOTE -> isWellFormed(message.getPreVote(), message.getTerm());
      case PRE_VOTE_RESPONSE ->
          message.getPreVoteResponse().getCampaignTerm() >= 1
              && message.getPreVoteResponse().getResultCase().getNumber() != 0
              && isId(message.getPreVoteResponse().getCommit());
      case VOTE ->
          message.getVote().getPriority() >= 0
              && message.getVote().getLast().getTerm() <= message.getTerm()
              && areInOrder(message.getVote().getCommit(), message.getVote().getLast());
      case VOTE_RESPONSE ->
          message.getVoteResponse().getResultCase().getNumber() != 0
              && isId(message.getVoteResponse().getCommit());
      case INSTALL_SNAPSHOT -> isWellFormed(message.getInstallSnapshot(), message.getTerm());
      case INSTALL_SNAPSHOT_RESPONSE -> isWellFormed(message.getInstallSnapshotResponse());
      // The last entry of a leader is of its own term, as it begins with a no-op.
      case TIMEOUT_NOW ->
          isEntry(message.getTimeoutNow().getLast(), message.getTerm())
              && message.getTimeoutNow().getLast().getTerm() == message.getTerm();
      case TIMEOUT_NOW_RESPONSE ->
          message.getTimeoutNowResponse().hasRefused()
              && isId(message.getTimeoutNowResponse().getLast());
      case PROPOSE ->
          isRequest(message.getPropose().getRequest())
              && message.getPropose().getDataCount() > 0
              && fits(message.getPropose().getDataList());
      case PROPOSE_RESPONSE -> isWellFormed(message.getProposeResponse());
      case READ_INDEX -> isRequest(message.getReadIndex().getRequest());
      case READ_INDEX_RESPONSE -> isWellFormed(message.getReadIndexResponse());
      case TRANSFER_LEADER ->
          isRequest(message.getTransferLeader().getRequest())
              && message.getTransferLeader().getTarget() >= 1;
      case TRANSFER_LEADER_RESPONSE -> isWellFormed(message.getTransferLeaderResponse());
      case APPEND, BODY_NOT_SET -> false; // Not for this method.
    };
  }

  /** Looks at each entry once: an append may have thousands. */
  private static @Nullable DropReason problem(Append append, long messageTerm) {
    EntryId prev = append.getPrev();
    List<Entry> entries = append.getEntriesList();
    int count = entries.size();
    boolean wellFormed =
        isId(prev)
            && append.getCommit() >= 0
            && prev.getTerm() <= messageTerm
            && prev.getIndex() <= Long.MAX_VALUE - count;
    long index = prev.getIndex();
    long term = Math.max(1, prev.getTerm());
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      Entry entry = entries.get(i);
      if (NewerVersion.isUnknownType(entry)) {
        return DropReason.UNKNOWN_ENTRY_TYPE;
      }
      index++;
      wellFormed &=
          entry.getIndex() == index
              && entry.getTerm() >= term
              && entry.getTerm() <= messageTerm
              && !MessageSizes.isTooLarge(entry.getData());
      term = entry.getTerm();
      bytes += entry.getData().size();
    }
    return wellFormed && bytes <= Integer.MAX_VALUE ? null : DropReason.MALFORMED;
  }

  private static boolean isWellFormed(AppendResponse response) {
    if (response.getCommit() < 0) {
      return false;
    }
    return switch (response.getResultCase()) {
      // Committed entries match.
      case ACCEPTED -> response.getAccepted().getMatch() >= response.getCommit();
      case REJECTED ->
          response.getRejected().getPrevIndex() >= 0 && isId(response.getRejected().getHint());
      case RESULT_NOT_SET -> true;
    };
  }

  /**
   * The campaign's term is above the sender's term, and no entry of the sender is above that term.
   */
  private static boolean isWellFormed(PreVote preVote, long messageTerm) {
    return preVote.getCampaignTerm() > messageTerm
        && preVote.getLast().getTerm() <= messageTerm
        && preVote.getPriority() >= 0
        && areInOrder(preVote.getCommit(), preVote.getLast());
  }

  private static boolean isWellFormed(InstallSnapshot install, long messageTerm) {
    SnapshotMetadata metadata = install.getSnapshot().getMetadata();
    return install.getAttempt() >= 1
        && metadata.getIndex() >= 1
        && metadata.getIndex() <= LAST_SNAPSHOT_INDEX
        && metadata.getTerm() >= 1
        && metadata.getTerm() <= messageTerm
        && MessageSizes.ofMessageWith(install.getSnapshot()) <= Integer.MAX_VALUE
        && metadata.getConfState().getVotersCount() > 0
        && Configuration.problem(metadata.getConfState()).isEmpty();
  }

  private static boolean isWellFormed(InstallSnapshotResponse response) {
    return switch (response.getResultCase()) {
      case INSTALLED ->
          response.getAttempt() >= 1
              && isId(response.getSnapshot())
              && response.getInstalled().getMatch() >= response.getSnapshot().getIndex();
      case REFUSED -> response.getAttempt() >= 1 && isId(response.getSnapshot());
      case RESULT_NOT_SET -> response.getAttempt() >= 0 && isId(response.getSnapshot());
    };
  }

  private static boolean isWellFormed(ProposeResponse response) {
    return isRequest(response.getRequest())
        && switch (response.getResultCase()) {
          case ACCEPTED ->
              isEntry(response.getAccepted().getFirst(), Long.MAX_VALUE)
                  && response.getAccepted().getCount() >= 1;
          case REJECTED -> response.getRejected().getLeader() >= 0;
          case RESULT_NOT_SET -> false;
        };
  }

  private static boolean isWellFormed(ReadIndexResponse response) {
    return isRequest(response.getRequest())
        && switch (response.getResultCase()) {
          case READY -> response.getReady().getIndex() >= 1;
          case ABORTED -> response.getAborted().getLeader() >= 0;
          case RESULT_NOT_SET -> false;
        };
  }

  private static boolean isWellFormed(TransferLeaderResponse response) {
    return isRequest(response.getRequest())
        && switch (response.getResultCase()) {
          case STARTED -> true;
          case REJECTED -> response.getRejected().getLeader() >= 0;
          case RESULT_NOT_SET -> false;
        };
  }

  private static boolean fits(List<ByteString> commands) {
    long bytes = 0;
    for (int i = 0; i < commands.size(); i++) {
      bytes += commands.get(i).size();
    }
    return bytes <= MessageSizes.MAX_PAYLOAD;
  }

  private static boolean isRequest(RequestId request) {
    return request.getIncarnation() >= 0 && request.getSequence() >= 1;
  }

  private static boolean isEntry(EntryId id, long maxTerm) {
    return isId(id) && id.getIndex() >= 1 && id.getTerm() <= maxTerm;
  }

  private static boolean isId(EntryId id) {
    return id.getIndex() >= 0 && id.getTerm() >= 0 && (id.getIndex() == 0) == (id.getTerm() == 0);
  }

  private static boolean areInOrder(EntryId first, EntryId second) {
    return isId(first)
        && isId(second)
        && first.getIndex() <= second.getIndex()
        && first.getTerm() <= second.getTerm();
  }
}
