package io.tickraft.core.validate;

import static io.tickraft.core.DropReason.BAD_SENDER;
import static io.tickraft.core.DropReason.MALFORMED;
import static io.tickraft.core.DropReason.MISDELIVERED;
import static io.tickraft.core.DropReason.NEWER_VERSION;
import static io.tickraft.core.DropReason.OTHER_GROUP;
import static io.tickraft.core.DropReason.UNKNOWN_BODY;
import static io.tickraft.core.DropReason.UNKNOWN_ENTRY_TYPE;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.rope;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.unknownField;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.tickraft.core.DropReason;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferLeader;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What node 1 of group 7 takes in, by the message alone: a row for each rule of each kind. */
final class MessageValidatorTest {

  private static final long MAX = Long.MAX_VALUE;

  /** What the top bit makes of a number. */
  private static final long TOP_BIT = Long.MIN_VALUE + 1;

  private static final EntryId NONE = EntryId.getDefaultInstance();

  private final MessageValidator validator = new MessageValidator(1, 7);

  private record Row(String name, Message message, @Nullable DropReason expected) {
    @Override
    public String toString() {
      return message.getBodyCase() + ": " + name;
    }
  }

  /** From node 2 in term 5. */
  private static Message.Builder message() {
    return Message.newBuilder().setFrom(2).setTo(1).setTerm(5).setGroup(7);
  }

  // The kinds of messages, each with all of its fields, to be bent by the rows.

  private static Append.Builder append() {
    return Append.newBuilder().setPrev(id(3, 10)).addAllEntries(entries(11, 3, 4, 5)).setCommit(12);
  }

  private static Heartbeat.Builder heartbeat() {
    return Heartbeat.newBuilder().setCommit(3).setRound(1).setQuiesce(true);
  }

  private static PreVote.Builder preVote() {
    return PreVote.newBuilder()
        .setCampaignTerm(6)
        .setLast(id(5, 9))
        .setCommit(id(4, 8))
        .setPriority(1);
  }

  private static Vote.Builder vote() {
    return Vote.newBuilder().setLast(id(4, 9)).setCommit(id(4, 8)).setPriority(1).setTransfer(true);
  }

  private static PreVoteResponse.Builder preVoteResponse() {
    return PreVoteResponse.newBuilder()
        .setCampaignTerm(6)
        .setGranted(PreVoteResponse.Granted.getDefaultInstance())
        .setCommit(id(4, 8));
  }

  private static VoteResponse.Builder voteResponse() {
    return VoteResponse.newBuilder()
        .setGranted(VoteResponse.Granted.getDefaultInstance())
        .setCommit(id(4, 8));
  }

  private static final long TWO_GIB = 1L << 31;

  private static Entry large(long index, long size) {
    return entry(5, index, rope(size));
  }

  private static Snapshot withUnknownField(Snapshot snapshot) {
    return snapshot.toBuilder()
        .setMetadata(snapshot.getMetadata().toBuilder().setUnknownFields(unknownField(9)))
        .build();
  }

  private static InstallSnapshot.Builder install(Snapshot snapshot) {
    return InstallSnapshot.newBuilder().setSnapshot(snapshot).setAttempt(1);
  }

  private static InstallSnapshot.Builder install(ConfState confState) {
    return install(snapshot(4, 20, confState));
  }

  private static InstallSnapshotResponse.Builder installed(long match) {
    return InstallSnapshotResponse.newBuilder()
        .setAttempt(1)
        .setSnapshot(id(4, 20))
        .setInstalled(InstallSnapshotResponse.Installed.newBuilder().setMatch(match));
  }

  private static InstallSnapshotResponse.Builder refused() {
    return InstallSnapshotResponse.newBuilder()
        .setAttempt(1)
        .setSnapshot(id(4, 20))
        .setRefused(InstallSnapshotResponse.Refused.getDefaultInstance());
  }

  private static AppendResponse.Builder rejected(long prevIndex, EntryId hint) {
    return AppendResponse.newBuilder()
        .setRejected(AppendResponse.Rejected.newBuilder().setPrevIndex(prevIndex).setHint(hint));
  }

  private static AppendResponse.Builder accepted(long match) {
    return AppendResponse.newBuilder()
        .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match));
  }

  private static TimeoutNowResponse.Builder timeoutNowResponse() {
    return TimeoutNowResponse.newBuilder()
        .setLast(id(4, 9))
        .setRefused(TimeoutNowResponse.Refused.getDefaultInstance());
  }

  private static RequestId request(long incarnation, long sequence) {
    return RequestId.newBuilder().setIncarnation(incarnation).setSequence(sequence).build();
  }

  private static Propose.Builder propose() {
    return Propose.newBuilder().setRequest(request(0, 1)).addData(ByteString.EMPTY);
  }

  private static ProposeResponse.Builder proposeAccepted(EntryId first, long count) {
    return ProposeResponse.newBuilder()
        .setRequest(request(3, 1))
        .setAccepted(ProposeResponse.Accepted.newBuilder().setFirst(first).setCount(count));
  }

  private static ProposeResponse.Builder proposeRejected(long leader) {
    return ProposeResponse.newBuilder()
        .setRequest(request(3, 1))
        .setRejected(ProposeResponse.Rejected.newBuilder().setLeader(leader));
  }

  private static ReadIndexResponse.Builder readReady(long index) {
    return ReadIndexResponse.newBuilder()
        .setRequest(request(3, 1))
        .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(index));
  }

  private static ReadIndexResponse.Builder readAborted(long leader) {
    return ReadIndexResponse.newBuilder()
        .setRequest(request(3, 1))
        .setAborted(ReadIndexResponse.Aborted.newBuilder().setLeader(leader));
  }

  private static TransferLeader.Builder transfer(long target) {
    return TransferLeader.newBuilder().setRequest(request(3, 1)).setTarget(target);
  }

  private static TransferLeaderResponse.Builder transferRejected(long leader) {
    return TransferLeaderResponse.newBuilder()
        .setRequest(request(3, 1))
        .setRejected(TransferLeaderResponse.Rejected.newBuilder().setLeader(leader));
  }

  // Rows.

  private static final class Rows {
    final List<Row> rows = new ArrayList<>();

    void valid(String name, UnaryOperator<Message.Builder> body) {
      rows.add(new Row("valid: " + name, body.apply(message()).build(), null));
    }

    void malformed(String name, UnaryOperator<Message.Builder> body) {
      dropped(MALFORMED, name, body);
    }

    void dropped(DropReason reason, String name, UnaryOperator<Message.Builder> body) {
      rows.add(new Row("dropped: " + name, body.apply(message()).build(), reason));
    }

    /** A kind of message within terms needs one, and one outside of terms must have none. */
    void term(UnaryOperator<Message.Builder> body, boolean within, boolean mayBeNone) {
      UnaryOperator<Message.Builder> inTerm = m -> body.apply(m).setTerm(5);
      UnaryOperator<Message.Builder> without = m -> body.apply(m).clearTerm();
      if (within) {
        valid("in a term", inTerm);
        valid("in the last term", m -> body.apply(m).setTerm(MAX));
      } else {
        malformed("in a term", inTerm);
      }
      if (mayBeNone) {
        valid("without a term", without);
      } else {
        malformed("without a term", without);
      }
      malformed("term with its top bit set", m -> body.apply(m).setTerm(TOP_BIT));
    }
  }

  static Stream<Row> envelopes() {
    Rows rows = new Rows();
    UnaryOperator<Message.Builder> body = m -> m.setHeartbeat(heartbeat());
    rows.valid("to this node and group", body);
    rows.valid("from any other node", m -> body.apply(m).setFrom(MAX));
    rows.dropped(MISDELIVERED, "to another node", m -> body.apply(m).setTo(3));
    rows.dropped(MISDELIVERED, "to none", m -> body.apply(m).clearTo());
    rows.dropped(OTHER_GROUP, "of another group", m -> body.apply(m).setGroup(8));
    rows.dropped(OTHER_GROUP, "of no group", m -> body.apply(m).clearGroup());
    rows.dropped(BAD_SENDER, "from none", m -> body.apply(m).clearFrom());
    rows.dropped(BAD_SENDER, "from this node", m -> body.apply(m).setFrom(1));
    rows.dropped(BAD_SENDER, "from with its top bit set", m -> body.apply(m).setFrom(TOP_BIT));
    rows.dropped(UNKNOWN_BODY, "without a body", m -> m);
    rows.dropped(
        UNKNOWN_BODY,
        "with a body of a newer version",
        m ->
            m.setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        28,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("new"))
                            .build())
                    .build()));
    rows.valid(
        "with a field of a newer version",
        m ->
            body.apply(m)
                .setUnknownFields(
                    UnknownFieldSet.newBuilder()
                        .addField(5, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build()));
    return rows.rows.stream();
  }

  static Stream<Row> bodies() {
    Rows rows = new Rows();
    replication(rows);
    elections(rows);
    snapshots(rows);
    transfers(rows);
    requests(rows);
    return rows.rows.stream();
  }

  private static void replication(Rows rows) {
    rows.term(m -> m.setAppend(Append.getDefaultInstance()), true, false);
    rows.valid("entries", m -> m.setAppend(append()));
    rows.valid("no entries", m -> m.setAppend(append().clearEntries()));
    rows.valid(
        "from the start of the log",
        m -> m.setAppend(Append.newBuilder().addAllEntries(entries(1, 1, 1))));
    rows.valid("commit beyond the entries", m -> m.setAppend(append().setCommit(MAX)));
    rows.valid(
        "a configuration change",
        m ->
            m.setAppend(
                append().clearEntries().addEntries(typed(EntryType.ENTRY_TYPE_CONF_CHANGE))));
    rows.valid(
        "a no-op",
        m -> m.setAppend(append().clearEntries().addEntries(typed(EntryType.ENTRY_TYPE_NO_OP))));
    rows.valid(
        "after the last index", m -> m.setAppend(append().clearEntries().setPrev(id(3, MAX))));
    rows.malformed("prev with an index and no term", m -> m.setAppend(append().setPrev(id(0, 10))));
    rows.malformed(
        "prev with a term and no index",
        m -> m.setAppend(append().clearEntries().setPrev(id(3, 0))));
    rows.malformed(
        "prev index with its top bit set", m -> m.setAppend(append().setPrev(id(3, TOP_BIT))));
    rows.malformed(
        "prev term with its top bit set", m -> m.setAppend(append().setPrev(id(TOP_BIT, 10))));
    rows.malformed(
        "prev of a later term", m -> m.setAppend(append().clearEntries().setPrev(id(6, 10))));
    rows.malformed("commit with its top bit set", m -> m.setAppend(append().setCommit(TOP_BIT)));
    rows.malformed(
        "a gap after prev", m -> m.setAppend(append().clearEntries().addEntries(entry(3, 12))));
    rows.malformed(
        "an entry at prev", m -> m.setAppend(append().clearEntries().addEntries(entry(3, 10))));
    rows.malformed(
        "a gap between entries",
        m ->
            m.setAppend(append().clearEntries().addEntries(entry(3, 11)).addEntries(entry(3, 13))));
    rows.malformed(
        "a term below prev's", m -> m.setAppend(append().clearEntries().addEntries(entry(2, 11))));
    rows.malformed(
        "terms that fall",
        m -> m.setAppend(append().clearEntries().addAllEntries(entries(11, 5, 4))));
    rows.malformed(
        "an entry of a later term",
        m -> m.setAppend(append().clearEntries().addEntries(entry(6, 11))));
    rows.malformed(
        "an entry without a term", m -> m.setAppend(Append.newBuilder().addEntries(entry(0, 1))));
    rows.malformed(
        "an entry beyond the last index",
        m ->
            m.setAppend(append().clearEntries().setPrev(id(3, MAX)).addEntries(entry(3, MAX + 1))));
    rows.valid(
        "an entry that a message can just carry",
        m -> m.setAppend(append().clearEntries().addEntries(large(11, TWO_GIB - 129))));
    rows.malformed(
        "an entry that no message can carry",
        m -> m.setAppend(append().clearEntries().addEntries(large(11, TWO_GIB - 128))));
    rows.valid(
        "entries of just as many bytes as are counted",
        m ->
            m.setAppend(
                append()
                    .clearEntries()
                    .addEntries(large(11, TWO_GIB / 2))
                    .addEntries(large(12, TWO_GIB / 2 - 1))));
    rows.malformed(
        "entries that no message can carry together",
        m ->
            m.setAppend(
                append()
                    .clearEntries()
                    .addEntries(large(11, TWO_GIB / 2))
                    .addEntries(large(12, TWO_GIB / 2))));
    rows.dropped(
        UNKNOWN_ENTRY_TYPE,
        "an entry without a type",
        m -> m.setAppend(append().addEntries(typed(EntryType.ENTRY_TYPE_UNSPECIFIED))));
    rows.dropped(
        UNKNOWN_ENTRY_TYPE,
        "an entry of a newer version's type",
        m -> m.setAppend(append().addEntries(entry(5, 14).toBuilder().setTypeValue(99))));

    rows.term(m -> m.setAppendResponse(accepted(3)), true, false);
    rows.valid("only my term", m -> m.setAppendResponse(AppendResponse.getDefaultInstance()));
    rows.valid("accepted nothing", m -> m.setAppendResponse(accepted(0)));
    rows.valid("accepted what is committed", m -> m.setAppendResponse(accepted(3).setCommit(3)));
    rows.malformed("committed and no match", m -> m.setAppendResponse(accepted(3).setCommit(4)));
    rows.valid(
        "rejected, and committed beyond",
        m -> m.setAppendResponse(rejected(10, id(3, 9)).setCommit(12)));
    rows.valid("rejected", m -> m.setAppendResponse(rejected(10, id(3, 9))));
    rows.valid("rejected with nothing to hint at", m -> m.setAppendResponse(rejected(0, NONE)));
    rows.malformed("match with its top bit set", m -> m.setAppendResponse(accepted(TOP_BIT)));
    rows.malformed(
        "commit with its top bit set", m -> m.setAppendResponse(accepted(3).setCommit(TOP_BIT)));
    rows.malformed("prev with its top bit set", m -> m.setAppendResponse(rejected(TOP_BIT, NONE)));
    rows.malformed(
        "a hint with an index and no term", m -> m.setAppendResponse(rejected(10, id(0, 9))));
    rows.malformed(
        "a hint with its top bit set", m -> m.setAppendResponse(rejected(10, id(3, TOP_BIT))));

    rows.term(m -> m.setHeartbeat(Heartbeat.getDefaultInstance()), true, false);
    rows.valid("all fields", m -> m.setHeartbeat(heartbeat()));
    rows.malformed(
        "commit with its top bit set", m -> m.setHeartbeat(heartbeat().setCommit(TOP_BIT)));
    rows.malformed(
        "round with its top bit set", m -> m.setHeartbeat(heartbeat().setRound(TOP_BIT)));

    rows.term(m -> m.setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()), true, false);
    rows.valid(
        "a round", m -> m.setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(MAX)));
    rows.malformed(
        "round with its top bit set",
        m -> m.setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(TOP_BIT)));
  }

  private static Entry typed(EntryType type) {
    return entry(5, type == EntryType.ENTRY_TYPE_UNSPECIFIED ? 14 : 11).toBuilder()
        .setType(type)
        .build();
  }

  private static void elections(Rows rows) {
    rows.valid("in a term", m -> m.setPreVote(preVote()));
    rows.valid(
        "in the term of an earlier last entry", m -> m.setPreVote(preVote().setLast(id(4, 9))));
    rows.valid(
        "about a term that is not the next", m -> m.setPreVote(preVote().setCampaignTerm(9)));
    rows.valid(
        "about the last term", m -> m.setTerm(MAX - 1).setPreVote(preVote().setCampaignTerm(MAX)));
    rows.valid(
        "without a term, of a node without a log",
        m -> m.clearTerm().setPreVote(PreVote.newBuilder().setCampaignTerm(1)));
    rows.malformed("without a term, with a log", m -> m.clearTerm().setPreVote(preVote()));
    rows.malformed("term with its top bit set", m -> m.setTerm(TOP_BIT).setPreVote(preVote()));
    rows.malformed("about its own term", m -> m.setTerm(6).setPreVote(preVote()));
    rows.malformed("about an earlier term", m -> m.setTerm(7).setPreVote(preVote()));
    rows.malformed("about no term after the last", m -> m.setTerm(MAX).setPreVote(preVote()));
    rows.malformed("last entry of a later term", m -> m.setPreVote(preVote().setLast(id(6, 9))));
    rows.valid("an empty log", m -> m.setPreVote(preVote().clearLast().clearCommit()));
    rows.valid("all committed", m -> m.setPreVote(preVote().setCommit(id(5, 9))));
    rows.malformed("no campaign term", m -> m.setPreVote(preVote().clearCampaignTerm()));
    rows.malformed(
        "campaign term with its top bit set",
        m -> m.setPreVote(preVote().setCampaignTerm(TOP_BIT)));
    rows.malformed(
        "priority with its top bit set", m -> m.setPreVote(preVote().setPriority(TOP_BIT)));
    rows.malformed(
        "last with an index and no term", m -> m.setPreVote(preVote().setLast(id(0, 9))));
    rows.malformed("commit beyond last", m -> m.setPreVote(preVote().setCommit(id(5, 10))));
    rows.malformed("commit of a later term", m -> m.setPreVote(preVote().setCommit(id(6, 8))));

    rows.term(m -> m.setPreVoteResponse(preVoteResponse()), true, true);
    rows.valid(
        "rejected",
        m ->
            m.setPreVoteResponse(
                preVoteResponse().setRejected(PreVoteResponse.Rejected.getDefaultInstance())));
    rows.valid("nothing committed", m -> m.setPreVoteResponse(preVoteResponse().clearCommit()));
    rows.valid(
        "about the first term", m -> m.setPreVoteResponse(preVoteResponse().setCampaignTerm(1)));
    rows.malformed(
        "neither granted nor rejected",
        m -> m.setPreVoteResponse(preVoteResponse().clearGranted()));
    rows.malformed(
        "no campaign term", m -> m.setPreVoteResponse(preVoteResponse().clearCampaignTerm()));
    rows.malformed(
        "commit with a term and no index",
        m -> m.setPreVoteResponse(preVoteResponse().setCommit(id(4, 0))));

    rows.term(m -> m.setVote(vote()), true, false);
    rows.valid("an empty log", m -> m.setVote(vote().clearLast().clearCommit()));
    rows.valid("all committed", m -> m.setVote(vote().setCommit(id(4, 9))));
    rows.malformed("last of a later term", m -> m.setVote(vote().setLast(id(6, 9))));
    rows.malformed("last with a term and no index", m -> m.setVote(vote().setLast(id(4, 0))));
    rows.malformed("last with its top bit set", m -> m.setVote(vote().setLast(id(4, TOP_BIT))));
    rows.malformed("commit beyond last", m -> m.setVote(vote().setCommit(id(4, 10))));
    rows.malformed("commit of a later term", m -> m.setVote(vote().setCommit(id(5, 8))));
    rows.malformed("priority with its top bit set", m -> m.setVote(vote().setPriority(TOP_BIT)));

    rows.term(m -> m.setVoteResponse(voteResponse()), true, false);
    rows.valid(
        "rejected for a newer version's reason",
        m ->
            m.setVoteResponse(
                voteResponse().setRejected(VoteResponse.Rejected.newBuilder().setReasonValue(99))));
    rows.valid(
        "rejected",
        m ->
            m.setVoteResponse(
                voteResponse()
                    .setRejected(
                        VoteResponse.Rejected.newBuilder()
                            .setReason(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND))));
    rows.malformed(
        "neither granted nor rejected", m -> m.setVoteResponse(voteResponse().clearGranted()));
    rows.malformed(
        "commit with an index and no term",
        m -> m.setVoteResponse(voteResponse().setCommit(id(0, 8))));
  }

  private static void snapshots(Rows rows) {
    rows.term(m -> m.setInstallSnapshot(install(snapshot(1, 20, voters(1, 2)))), true, false);
    rows.valid(
        "of the message's term", m -> m.setInstallSnapshot(install(snapshot(5, 20, voters(2)))));
    rows.valid(
        "of the highest index that leaves room",
        m -> m.setInstallSnapshot(install(snapshot(4, MAX / 2, voters(2)))));
    rows.valid(
        "a joint configuration",
        m ->
            m.setInstallSnapshot(
                install(
                    ConfState.newBuilder()
                        .addVoters(2)
                        .addVotersOutgoing(3)
                        .addLearners(1)
                        .addLearnersNext(3)
                        .setAutoLeave(true)
                        .build())));
    rows.dropped(
        NEWER_VERSION,
        "a configuration with a field of a newer version",
        m ->
            m.setInstallSnapshot(
                install(voters(2).toBuilder().setUnknownFields(unknownField(6)).build())));
    rows.valid(
        "metadata with a field of a newer version",
        m -> m.setInstallSnapshot(install(withUnknownField(snapshot(4, 20, voters(2))))));
    Snapshot small = snapshot(4, 20, voters(2));
    long most = TWO_GIB - 129 - small.getMetadata().getSerializedSize();
    rows.valid(
        "data that a message can just carry",
        m -> m.setInstallSnapshot(install(small.toBuilder().setData(rope(most)).build())));
    rows.malformed(
        "data of one byte more",
        m -> m.setInstallSnapshot(install(small.toBuilder().setData(rope(most + 1)).build())));
    rows.malformed(
        "data that no message can carry",
        m ->
            m.setInstallSnapshot(
                install(
                    snapshot(4, 20, voters(2)).toBuilder().setData(rope(TWO_GIB - 100)).build())));
    rows.malformed("no attempt", m -> m.setInstallSnapshot(install(voters(2)).clearAttempt()));
    rows.malformed(
        "attempt with its top bit set",
        m -> m.setInstallSnapshot(install(voters(2)).setAttempt(TOP_BIT)));
    rows.malformed(
        "no snapshot", m -> m.setInstallSnapshot(InstallSnapshot.newBuilder().setAttempt(1)));
    rows.malformed("no index", m -> m.setInstallSnapshot(install(snapshot(4, 0, voters(2)))));
    rows.malformed("no term", m -> m.setInstallSnapshot(install(snapshot(0, 20, voters(2)))));
    rows.malformed(
        "index with its top bit set",
        m -> m.setInstallSnapshot(install(snapshot(4, TOP_BIT, voters(2)))));
    rows.malformed(
        "an index from which one cannot count on",
        m -> m.setInstallSnapshot(install(snapshot(4, MAX, voters(2)))));
    rows.malformed(
        "of a later term", m -> m.setInstallSnapshot(install(snapshot(6, 20, voters(2)))));
    rows.malformed("no voters", m -> m.setInstallSnapshot(install(ConfState.getDefaultInstance())));
    rows.malformed(
        "a configuration that is none", m -> m.setInstallSnapshot(install(voters(3, 2))));

    rows.term(m -> m.setInstallSnapshotResponse(installed(20)), true, false);
    rows.valid("installed, and more", m -> m.setInstallSnapshotResponse(installed(25)));
    rows.valid("refused", m -> m.setInstallSnapshotResponse(refused()));
    rows.valid(
        "only my term",
        m -> m.setInstallSnapshotResponse(InstallSnapshotResponse.getDefaultInstance()));
    rows.malformed("match below the snapshot", m -> m.setInstallSnapshotResponse(installed(19)));
    rows.malformed(
        "installed by no attempt", m -> m.setInstallSnapshotResponse(installed(20).clearAttempt()));
    rows.malformed(
        "refused by no attempt", m -> m.setInstallSnapshotResponse(refused().clearAttempt()));
    rows.malformed(
        "attempt with its top bit set",
        m ->
            m.setInstallSnapshotResponse(InstallSnapshotResponse.newBuilder().setAttempt(TOP_BIT)));
    rows.malformed(
        "installed a snapshot with an index and no term",
        m -> m.setInstallSnapshotResponse(installed(20).setSnapshot(id(0, 20))));
    rows.malformed(
        "refused a snapshot with an index and no term",
        m -> m.setInstallSnapshotResponse(refused().setSnapshot(id(0, 20))));
    rows.malformed(
        "only my term, with half a snapshot",
        m ->
            m.setInstallSnapshotResponse(
                InstallSnapshotResponse.newBuilder().setSnapshot(id(0, 20))));
  }

  private static void transfers(Rows rows) {
    rows.valid(
        "last of the message's term",
        m -> m.setTimeoutNow(TimeoutNow.newBuilder().setLast(id(5, 9))));
    rows.valid(
        "in the last term",
        m -> m.setTerm(MAX).setTimeoutNow(TimeoutNow.newBuilder().setLast(id(MAX, 9))));
    rows.valid(
        "last is the first there can be",
        m -> m.setTimeoutNow(TimeoutNow.newBuilder().setLast(id(5, 1))));
    rows.malformed("no last entry", m -> m.setTimeoutNow(TimeoutNow.getDefaultInstance()));
    rows.malformed(
        "without a term, nor an entry",
        m -> m.clearTerm().setTimeoutNow(TimeoutNow.getDefaultInstance()));
    rows.malformed(
        "term with its top bit set",
        m -> m.setTerm(TOP_BIT).setTimeoutNow(TimeoutNow.newBuilder().setLast(id(TOP_BIT, 9))));
    rows.malformed(
        "last of an earlier term", m -> m.setTimeoutNow(TimeoutNow.newBuilder().setLast(id(4, 9))));
    rows.malformed(
        "last of a later term", m -> m.setTimeoutNow(TimeoutNow.newBuilder().setLast(id(6, 9))));

    rows.term(m -> m.setTimeoutNowResponse(timeoutNowResponse()), true, false);
    rows.malformed(
        "not refused", m -> m.setTimeoutNowResponse(timeoutNowResponse().clearRefused()));
    rows.malformed(
        "last with an index and no term",
        m -> m.setTimeoutNowResponse(timeoutNowResponse().setLast(id(0, 9))));
  }

  private static void requests(Rows rows) {
    rows.term(m -> m.setPropose(propose()), false, true);
    rows.valid(
        "several commands", m -> m.clearTerm().setPropose(propose().addData(ByteString.EMPTY)));
    rows.valid(
        "a command that a message can just carry",
        m -> m.clearTerm().setPropose(propose().clearData().addData(rope(TWO_GIB - 129))));
    rows.malformed(
        "a command that no message can carry",
        m -> m.clearTerm().setPropose(propose().clearData().addData(rope(TWO_GIB - 128))));
    rows.malformed("no command", m -> m.clearTerm().setPropose(propose().clearData()));
    rows.malformed("no request", m -> m.clearTerm().setPropose(propose().clearRequest()));
    rows.malformed(
        "incarnation with its top bit set",
        m -> m.clearTerm().setPropose(propose().setRequest(request(TOP_BIT, 1))));
    rows.malformed(
        "sequence with its top bit set",
        m -> m.clearTerm().setPropose(propose().setRequest(request(1, TOP_BIT))));

    rows.term(m -> m.setProposeResponse(proposeAccepted(id(4, 9), 2)), false, true);
    rows.valid("rejected", m -> m.clearTerm().setProposeResponse(proposeRejected(0)));
    rows.valid("rejected with a leader", m -> m.clearTerm().setProposeResponse(proposeRejected(3)));
    rows.malformed(
        "accepted nowhere", m -> m.clearTerm().setProposeResponse(proposeAccepted(NONE, 1)));
    rows.malformed(
        "accepted nothing", m -> m.clearTerm().setProposeResponse(proposeAccepted(id(4, 9), 0)));
    rows.malformed(
        "leader with its top bit set",
        m -> m.clearTerm().setProposeResponse(proposeRejected(TOP_BIT)));
    rows.malformed(
        "neither accepted nor rejected",
        m -> m.clearTerm().setProposeResponse(proposeRejected(0).clearRejected()));
    rows.malformed(
        "no request", m -> m.clearTerm().setProposeResponse(proposeRejected(0).clearRequest()));

    rows.term(m -> m.setReadIndex(ReadIndex.newBuilder().setRequest(request(3, 1))), false, true);
    rows.malformed("no request", m -> m.clearTerm().setReadIndex(ReadIndex.getDefaultInstance()));

    rows.term(m -> m.setReadIndexResponse(readReady(9)), false, true);
    rows.valid("aborted", m -> m.clearTerm().setReadIndexResponse(readAborted(0)));
    rows.valid("ready at the first index", m -> m.clearTerm().setReadIndexResponse(readReady(1)));
    rows.malformed("ready at no index", m -> m.clearTerm().setReadIndexResponse(readReady(0)));
    rows.malformed(
        "leader with its top bit set",
        m -> m.clearTerm().setReadIndexResponse(readAborted(TOP_BIT)));
    rows.malformed(
        "neither ready nor aborted",
        m -> m.clearTerm().setReadIndexResponse(readReady(9).clearReady()));
    rows.malformed(
        "no request", m -> m.clearTerm().setReadIndexResponse(readReady(9).clearRequest()));

    rows.term(m -> m.setTransferLeader(transfer(3)), false, true);
    rows.valid("to the lowest id", m -> m.clearTerm().setTransferLeader(transfer(1)));
    rows.malformed("no target", m -> m.clearTerm().setTransferLeader(transfer(0)));
    rows.malformed(
        "target with its top bit set", m -> m.clearTerm().setTransferLeader(transfer(TOP_BIT)));
    rows.malformed("no request", m -> m.clearTerm().setTransferLeader(transfer(3).clearRequest()));

    rows.term(m -> m.setTransferLeaderResponse(transferRejected(0)), false, true);
    rows.valid(
        "started",
        m ->
            m.clearTerm()
                .setTransferLeaderResponse(
                    transferRejected(0)
                        .setStarted(TransferLeaderResponse.Started.getDefaultInstance())));
    rows.malformed(
        "leader with its top bit set",
        m -> m.clearTerm().setTransferLeaderResponse(transferRejected(TOP_BIT)));
    rows.malformed(
        "neither started nor rejected",
        m -> m.clearTerm().setTransferLeaderResponse(transferRejected(0).clearRejected()));
    rows.malformed(
        "no request",
        m -> m.clearTerm().setTransferLeaderResponse(transferRejected(0).clearRequest()));
  }

  @ParameterizedTest
  @MethodSource({"envelopes", "bodies"})
  void takesWhatIsWellFormedAndSaysWhyItDropsTheRest(Row row) {
    assertThat(validator.problem(row.message, row.message.getBodyCase())).isEqualTo(row.expected);
  }

  @Test
  void everyKindOfMessageHasRowsThatAreValidAndRowsThatAreNot() {
    EnumSet<BodyCase> valid = EnumSet.noneOf(BodyCase.class);
    EnumSet<BodyCase> invalid = EnumSet.noneOf(BodyCase.class);
    bodies()
        .forEach(row -> (row.expected == null ? valid : invalid).add(row.message.getBodyCase()));

    EnumSet<BodyCase> all = EnumSet.allOf(BodyCase.class);
    all.remove(BodyCase.BODY_NOT_SET);
    assertThat(valid).isEqualTo(all);
    assertThat(invalid).isEqualTo(all);
  }

  @ParameterizedTest
  @EnumSource(
      value = BodyCase.class,
      names = {"PROPOSE.*", "READ_INDEX.*", "TRANSFER_LEADER.*"},
      mode = EnumSource.Mode.MATCH_ANY)
  void requestsToALeaderAndTheirAnswersAreOutsideOfTerms(BodyCase body) {
    assertThat(MessageValidator.isOutsideTerms(body)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = BodyCase.class,
      names = {"PROPOSE.*", "READ_INDEX.*", "TRANSFER_LEADER.*"},
      mode = EnumSource.Mode.MATCH_NONE)
  void allOtherMessagesAreWithin(BodyCase body) {
    assertThat(MessageValidator.isOutsideTerms(body)).isFalse();
  }
}
