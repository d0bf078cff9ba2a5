package io.tickraft.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteResponse;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the small histories are made of that oracles are shown. */
final class Histories {

  private Histories() {}

  static void violated(String promise, ThrowingCallable step) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            OracleViolation.class, violation -> assertThat(violation.promise()).isEqualTo(promise))
        .hasMessageStartingWith(promise + " is violated: ");
  }

  static Entry entry(long term, long index, String data) {
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(ByteString.copyFromUtf8(data))
        .build();
  }

  static Entry change(long term, long index, ConfChange change) {
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
        .setData(change.toByteString())
        .build();
  }

  static ConfChange change(ConfChangeTransition transition, ConfChangeSingle... changes) {
    return ConfChange.newBuilder()
        .setTransition(transition)
        .addAllChanges(Arrays.asList(changes))
        .build();
  }

  static ConfChange auto(ConfChangeSingle... changes) {
    return change(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO, changes);
  }

  static ConfChange leave() {
    return change(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE);
  }

  static ConfChangeSingle add(long node) {
    return single(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, node);
  }

  static ConfChangeSingle learn(long node) {
    return single(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, node);
  }

  static ConfChangeSingle remove(long node) {
    return single(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, node);
  }

  private static ConfChangeSingle single(ConfChangeType type, long node) {
    return ConfChangeSingle.newBuilder().setType(type).setNode(node).build();
  }

  static ConfState voters(Long... ids) {
    return ConfState.newBuilder().addAllVoters(Arrays.asList(ids)).build();
  }

  /** What is on a disk: the bootstrap of 1, 2 and 3 and what is said here. */
  static MemoryStorage durable(long term, long vote, Entry... entries) {
    MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    storage.setHardState(HardState.newBuilder().setTerm(term).setVote(vote).setCommit(1).build());
    storage.append(List.of(entries));
    return storage;
  }

  static Message.Builder message(long term) {
    return Message.newBuilder().setFrom(1).setTo(2).setTerm(term);
  }

  static Message grant(long term, long voter, long candidate) {
    return message(term)
        .setFrom(voter)
        .setTo(candidate)
        .setVoteResponse(
            VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  static ViewOf leader(long node, long term) {
    return new ViewOf(node, RoleName.LEADER, term);
  }

  static ViewOf follower(long node, long term) {
    return new ViewOf(node, RoleName.FOLLOWER, term);
  }

  static ViewOf candidate(long node, long term) {
    return new ViewOf(node, RoleName.CANDIDATE, term).vote(node);
  }

  static ViewOf preCandidate(long node, long term) {
    return new ViewOf(node, RoleName.PRE_CANDIDATE, term);
  }
}
