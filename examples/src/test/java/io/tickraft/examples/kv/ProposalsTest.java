package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How each request of a client ends, with a real Raft node among two that the test plays. */
class ProposalsTest {

  private static final ByteString KEY = ByteString.copyFromUtf8("foo"); // slot 12182
  private static final Command WRITE = new Command.Increment(KEY, 1);
  private static final long TIMEOUT_MILLIS = 1_000;

  private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
  private final RawNode node =
      RawNode.open(RaftConfig.builder(1).maxUncommittedEntries(20).build(), storage);
  private final Proposals proposals =
      new Proposals(
          id -> id == 2 ? Optional.of(new HostAndPort("host", 7002)) : Optional.empty(),
          () -> {},
          TIMEOUT_MILLIS);
  private final List<String> applied = new ArrayList<>();

  private Message.Builder from(long peer, long term) {
    return Message.newBuilder().setFrom(peer).setTo(1).setTerm(term);
  }

  private void lead() {
    node.campaign();
    work();
    node.step(
        from(2, node.status().term())
            .setPreVoteResponse(
                PreVoteResponse.newBuilder()
                    .setCampaignTerm(node.status().term() + 1)
                    .setGranted(PreVoteResponse.Granted.newBuilder()))
            .build());
    work();
    node.step(
        from(2, node.status().term())
            .setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.newBuilder()))
            .build());
    work();
    assertThat(node.status().role()).isEqualTo(RoleName.LEADER);
    applied.clear();
  }

  /** A follower has everything: it is committed. */
  private void commit() {
    long last = node.status().last().index();
    node.step(
        from(2, node.status().term())
            .setAppendResponse(
                AppendResponse.newBuilder()
                    .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(last)))
            .build());
    work();
  }

  /** The next leader replaces all that this one has not committed, and commits its own entry. */
  private void nextLeaderReplaces(long prevIndex) {
    long term = node.status().term() + 1;
    long index = prevIndex + 1;
    node.step(
        from(3, term)
            .setAppend(
                Append.newBuilder()
                    .setPrev(
                        EntryId.newBuilder().setIndex(prevIndex).setTerm(storage.term(prevIndex)))
                    .addEntries(
                        Entry.newBuilder()
                            .setIndex(index)
                            .setTerm(term)
                            .setType(EntryType.ENTRY_TYPE_NO_OP))
                    .setCommit(index))
            .build());
    work();
  }

  private void work() {
    proposals.proposeTo(RaftNode.of(node));
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      ready.snapshot().ifPresent(s -> proposals.restored(s.getMetadata().getIndex()));
      for (Entry entry : ready.committedEntries()) {
        applied.add(entry.getType().name());
        proposals.applied(entry, new Reply.Int(entry.getIndex()));
      }
      node.advance(ready);
    }
  }

  private Answer write() {
    Answer answer = new Answer(() -> {});
    proposals.write(WRITE, KEY, answer);
    return answer;
  }

  private Answer change(long id) {
    return change(new MembershipChange.Promote(id, 0).toConfChange());
  }

  private Answer change(ConfChange change) {
    Answer answer = new Answer(() -> {});
    proposals.proposeTo(RaftNode.of(node), change, answer);
    return answer;
  }

  private static String error(Answer answer) {
    return ((Reply.Failure) answer.reply().orElseThrow()).text();
  }

  @Test
  void withoutALeaderTheClusterIsDown() {
    Answer write = write();
    work();
    assertThat(error(write)).isEqualTo("CLUSTERDOWN No leader is known");
  }

  @Test
  void aFollowerSendsTheClientToTheLeader() {
    node.step(from(2, 5).setHeartbeat(Heartbeat.newBuilder().setRound(1)).build());
    Answer write = write();
    work();
    assertThat(error(write)).isEqualTo("MOVED 12182 host:7002");
  }

  @Test
  void aLeaderWhoseAddressIsNotKnownYetIsNoneForClients() {
    node.step(from(3, 5).setHeartbeat(Heartbeat.newBuilder().setRound(1)).build());
    Answer write = write();
    work();
    assertThat(error(write)).isEqualTo("CLUSTERDOWN No leader is known");
  }

  @Test
  void whatIsAppliedIsAnsweredWithItsResult() {
    lead();
    Answer one = write();
    Answer two = write();
    work();
    assertThat(one.reply()).isEmpty();
    commit();
    assertThat(one.reply()).contains(new Reply.Int(3));
    assertThat(two.reply()).contains(new Reply.Int(4));
  }

  @Test
  void whatTheNextLeaderReplacedWasNotApplied() {
    lead();
    commit();
    long committed = node.status().commitIndex();
    Answer write = write();
    work();
    nextLeaderReplaces(committed);
    assertThat(error(write))
        .isEqualTo("NOTAPPLIED leadership was lost, and the command was not applied");
  }

  @Test
  void underASnapshotTheOutcomeIsUnknown() {
    lead();
    Answer write = write();
    work();
    long term = node.status().term() + 1;
    node.step(
        from(3, term)
            .setInstallSnapshot(
                InstallSnapshot.newBuilder()
                    .setAttempt(1)
                    .setSnapshot(
                        Bootstrap.snapshot(1, 2, 3).toBuilder()
                            .setMetadata(
                                Bootstrap.snapshot(1, 2, 3).getMetadata().toBuilder()
                                    .setIndex(50)
                                    .setTerm(term))))
            .build());
    work();
    assertThat(error(write))
        .isEqualTo("UNKNOWN leadership was lost: the command may or may not have been applied");
  }

  @Test
  void withoutAMajorityTheClientIsToldAfterAWhileAndOnlyOnce() {
    lead();
    Answer write = write();
    work();
    long now = System.nanoTime();
    proposals.expire(now);
    assertThat(write.reply()).isEmpty();
    proposals.expire(now + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS));
    assertThat(error(write)).isEqualTo("UNKNOWN timed out: the command may or may not be applied");
    commit();
    assertThat(applied).hasSize(2);
    assertThat(error(write)).startsWith("UNKNOWN timed out");
  }

  @Test
  void moreThanMayWaitIsRefused() {
    lead();
    List<Answer> taken = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      taken.add(write());
    }
    work();
    List<Answer> refused = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      refused.add(write());
      write();
    }
    work();
    refused.forEach(answer -> assertThat(error(answer)).startsWith("TRYAGAIN too much"));
    commit();
    taken.forEach(answer -> assertThat(answer.reply()).isPresent());
  }

  @Test
  void aMembershipChangeIsAnsweredWhenItIsApplied() {
    lead();
    commit();
    Answer write = write();
    work();
    Answer change = change(4);
    work();
    assertThat(change.reply()).isEmpty();
    commit();
    assertThat(write.reply()).isPresent();
    assertThat(change.reply()).isPresent();
    assertThat(node.confState().getVotersList()).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aMembershipChangeThatCannotBeIsRefusedWithTheReason() {
    node.step(from(2, 5).setHeartbeat(Heartbeat.newBuilder().setRound(1)).build());
    assertThat(error(change(4))).isEqualTo("MOVED 0 host:7002");
    lead();
    commit();
    assertThat(error(change(ConfChanges.leave()))).startsWith("ERR ").contains("joint");
    Answer first = change(4);
    assertThat(error(change(5))).isEqualTo("TRYAGAIN another membership change is not applied yet");
    work();
    commit();
    assertThat(first.reply()).contains(new Reply.Int(node.status().appliedIndex()));
  }

  @Test
  void whileLeadershipIsHandedOverACommandWaitsAndItsClientIsThenSentToTheNewLeader() {
    lead();
    commit();
    node.transferLeadership(2);
    Answer write = write();
    work();
    assertThat(write.reply()).isEmpty();
    assertThat(proposals.isIdle()).isFalse();
    assertThat(error(change(4))).startsWith("TRYAGAIN a leadership transfer is in progress");
    // The other node campaigns: nobody leads until it is elected.
    long term = node.status().term() + 1;
    EntryId last = EntryId.newBuilder().setIndex(2).setTerm(term - 1).build();
    node.step(
        from(2, term)
            .setVote(Vote.newBuilder().setLast(last).setCommit(last).setTransfer(true))
            .build());
    work();
    assertThat(node.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(write.reply()).isEmpty();
    node.step(from(2, term).setHeartbeat(Heartbeat.newBuilder().setRound(1)).build());
    work();
    assertThat(error(write)).isEqualTo("MOVED 12182 host:7002");
    assertThat(proposals.isIdle()).isTrue();
  }

  @Test
  void aCommandIsProposedAfterATransferThatFailed() {
    lead();
    commit();
    node.transferLeadership(3);
    Answer write = write();
    work();
    long before = node.status().last().index();
    while (node.status().transferTarget() != 0) {
      node.tick();
      commit();
    }
    assertThat(node.status().role()).isEqualTo(RoleName.LEADER);
    work();
    commit();
    assertThat(node.status().last().index()).isGreaterThan(before);
    assertThat(write.reply()).containsInstanceOf(Reply.Int.class);
  }

  @Test
  void aCommandThatIsHeldTooLongIsNeverProposed() {
    lead();
    commit();
    node.transferLeadership(2);
    Answer write = write();
    work();
    proposals.expire(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS));
    assertThat(error(write)).startsWith("NOTAPPLIED timed out while the leader was handing over");
    assertThat(proposals.isIdle()).isTrue();
  }

  @Test
  void whoStillWaitsAtTheEndIsToldSo() {
    lead();
    Answer accepted = write();
    work();
    Answer arrived = write();
    proposals.close();
    assertThat(error(accepted)).startsWith("UNKNOWN ");
    assertThat(error(arrived)).startsWith("NOTAPPLIED ");
  }
}
