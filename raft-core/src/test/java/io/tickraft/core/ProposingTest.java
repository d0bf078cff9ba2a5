package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.propose;
import static io.tickraft.core.Messages.proposeAccepted;
import static io.tickraft.core.Messages.proposeRejected;
import static io.tickraft.core.Messages.request;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.indexes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult.Accepted;
import io.tickraft.core.ProposeResult.Forwarded;
import io.tickraft.core.ProposeResult.Reason;
import io.tickraft.core.ProposeResult.Rejected;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ProposeResponse;
import java.util.AbstractSequentialList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ListIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProposingTest {

  private static final Rejected TOO_MUCH = new Rejected(Reason.UNCOMMITTED_LIMIT, 1);
  private static final Rejected TOO_LARGE = new Rejected(Reason.TOO_LARGE, 1);

  private static List<ByteString> payloads(int count, int size) {
    return Collections.nCopies(count, bytes(size));
  }

  // Accepted.

  @Test
  void aLeaderAppendsAProposal() {
    Host host = Host.leader();
    ByteString data = bytes("a");

    ProposeResult result = host.node.propose(data);

    assertThat(result).isEqualTo(new Accepted(2, 3, 3));
    Entry entry = host.node.ready().entries().get(0);
    assertThat(entry.getTerm()).isEqualTo(2);
    assertThat(entry.getIndex()).isEqualTo(3);
    assertThat(entry.getType()).isEqualTo(EntryType.ENTRY_TYPE_COMMAND);
    assertThat(entry.getData()).as("by reference").isSameAs(data);
  }

  @Test
  void aBatchGetsConsecutiveIndexes() {
    Host host = Host.leader();
    host.node.propose(bytes("before"));

    ProposeResult result = host.node.propose(List.of(bytes("a"), bytes("b"), bytes("c")));

    assertThat(result).isEqualTo(new Accepted(2, 4, 6));
    assertThat(host.node.ready().entries())
        .extracting(entry -> entry.getData().toStringUtf8())
        .containsExactly("before", "a", "b", "c");
  }

  @Test
  void proposalsSinceTheLastReadyShareAnAppend() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.node.propose(bytes("b"));

    assertThat(host.node.ready().messages())
        .extracting(Message::getTo, m -> indexes(m.getAppend().getEntriesList()))
        .containsExactly(tuple(2L, List.of(3L, 4L)), tuple(3L, List.of(3L, 4L)));
  }

  @Test
  void anAppendKeepsToItsLimitOrIsOneEntry() {
    Host host = Host.leader(config -> config.maxAppendBytes(30));
    host.node.propose(payloads(5, 2)); // entries of 10 bytes each
    host.node.propose(bytes(50));
    host.node.propose(bytes(2));

    List<Message> messages = host.node.ready().messages();

    assertThat(messages.stream().filter(m -> m.getTo() == 2))
        .extracting(m -> indexes(m.getAppend().getEntriesList()))
        .containsExactly(List.of(3L, 4L, 5L), List.of(6L, 7L), List.of(8L), List.of(9L));
  }

  @Test
  void noMoreAppendsAreUnderWayThanMayBe() {
    Host host = Host.leader(config -> config.maxAppendBytes(1).maxInflightAppends(3));
    host.node.propose(payloads(10, 2));

    List<Message> messages = host.settle();

    assertThat(messages.stream().filter(m -> m.getTo() == 2)).hasSize(3);
    host.node.step(accepted(2, 2, 4, 2));
    assertThat(host.settle().stream().filter(m -> m.getAppend().getEntriesCount() > 0))
        .extracting(m -> indexes(m.getAppend().getEntriesList()))
        .containsExactly(List.of(6L), List.of(7L));
  }

  @Test
  void noMoreBytesAreUnderWayThanMayBeButTheLastAppend() {
    Host host = Host.leader(config -> config.maxAppendBytes(1).maxInflightBytes(25));
    host.node.propose(payloads(10, 2)); // appends of 10 bytes and a little more

    assertThat(host.settle().stream().filter(m -> m.getTo() == 3)).hasSize(2);
  }

  // The limits of what is not committed.

  @Test
  void uncommittedBytesAreLimited() {
    Host host = Host.leader(config -> config.maxUncommittedBytes(10));

    assertThat(host.node.propose(bytes(6))).isInstanceOf(Accepted.class);
    assertThat(host.node.propose(bytes(5))).isEqualTo(TOO_MUCH);
    assertThat(host.node.propose(bytes(4))).isInstanceOf(Accepted.class);
    assertThat(host.node.propose(bytes(1))).isEqualTo(TOO_MUCH);
    assertThat(host.node.propose(bytes(0))).as("no byte more").isInstanceOf(Accepted.class);
  }

  @Test
  void uncommittedEntriesAreLimited() {
    Host host = Host.leader(config -> config.maxUncommittedEntries(3));

    assertThat(host.node.propose(payloads(2, 0))).isInstanceOf(Accepted.class);
    assertThat(host.node.propose(payloads(2, 0))).isEqualTo(TOO_MUCH);
    assertThat(host.node.propose(bytes(0))).isInstanceOf(Accepted.class);
    assertThat(host.node.propose(bytes(0))).isEqualTo(TOO_MUCH);
  }

  @Test
  void committingMakesRoom() {
    Host host = Host.leader(config -> config.maxUncommittedBytes(10));
    host.node.propose(bytes(6));
    host.node.propose(bytes(4));
    host.settle();
    assertThat(host.node.propose(bytes(6))).isEqualTo(TOO_MUCH);

    host.node.step(accepted(2, 2, 3, 2));

    assertThat(host.node.propose(bytes(7))).isEqualTo(TOO_MUCH);
    assertThat(host.node.propose(bytes(6))).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 1000, 100_000})
  void whereNothingIsUncommittedOneCommandOfAnySizeIsTaken(int size) {
    Host host = Host.leader(config -> config.maxUncommittedBytes(10).maxUncommittedEntries(3));

    assertThat(host.node.propose(bytes(size))).isEqualTo(new Accepted(2, 3, 3));
    assertThat(host.node.propose(bytes(0))).isEqualTo(TOO_MUCH);
  }

  @Test
  void aBatchThatIsBeyondTheLimitsByItselfIsNeverTaken() {
    Host host = Host.leader(config -> config.maxUncommittedBytes(10).maxUncommittedEntries(3));

    assertThat(host.node.propose(payloads(4, 0))).isEqualTo(TOO_LARGE);
    assertThat(host.node.propose(payloads(2, 6))).isEqualTo(TOO_LARGE);
    assertThat(host.status().last().index()).isEqualTo(2);
    assertThat(host.node.propose(payloads(2, 5))).isEqualTo(new Accepted(2, 3, 4));
  }

  @Test
  void aBatchThatDoesNotFitLeavesNothingBehind() {
    Host host = Host.leader(config -> config.maxUncommittedEntries(3));
    host.node.propose(bytes("a"));
    host.settle();

    assertThat(host.node.propose(payloads(3, 1))).isEqualTo(TOO_MUCH);

    assertThat(host.node.hasReady()).isFalse();
    assertThat(host.status().last().index()).isEqualTo(3);
  }

  @Test
  void theNoOpAndEntriesOfEarlierTermsDoNotCount() {
    Host host = Host.leader(config -> config.maxUncommittedBytes(10));
    host.node.propose(bytes(10));
    host.settle();
    host.node.step(Messages.heartbeat(2, 3, 1, 1)); // steps down, with that entry uncommitted
    host.node.campaign();
    host.settle();
    host.node.step(Messages.granted(2, 4));
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);

    assertThat(host.node.propose(bytes(10))).isEqualTo(new Accepted(4, 5, 5));
  }

  // Rejected.

  @Test
  void aFollowerNamesItsLeader() {
    assertThat(Host.follower().node.propose(bytes("a")))
        .isEqualTo(new Rejected(Reason.NOT_LEADER, 2));
  }

  @Test
  void whoKnowsNoLeaderNamesNone() {
    assertThat(Host.ofThree().node.propose(bytes("a")))
        .isEqualTo(new Rejected(Reason.NOT_LEADER, 0));
    assertThat(Host.candidate().node.propose(bytes("a")))
        .isEqualTo(new Rejected(Reason.NOT_LEADER, 0));
    assertThat(Host.ofThree(config -> config.forwardProposals(true)).node.propose(bytes("a")))
        .isEqualTo(new Rejected(Reason.NOT_LEADER, 0));
  }

  // Forwarded.

  @Test
  void aFollowerPassesAProposalToItsLeaderIfItIsToldTo() {
    Host host = Host.follower(config -> config.forwardProposals(true).incarnation(9));

    ProposeResult result = host.node.propose(List.of(bytes("a"), bytes("b")));
    host.node.propose(bytes("c"));

    assertThat(result).isEqualTo(new Forwarded(2));
    List<Message> messages = host.node.ready().messages();
    assertThat(messages).hasSize(2);
    Message first = messages.get(0);
    assertThat(first.getTo()).isEqualTo(2);
    assertThat(first.getTerm()).isZero();
    assertThat(first.getPropose().getDataList()).containsExactly(bytes("a"), bytes("b"));
    assertThat(first.getPropose().getRequest()).isEqualTo(request(9, 1));
    assertThat(messages.get(1).getPropose().getRequest()).isEqualTo(request(9, 2));
    assertThat(host.status().last().index()).isEqualTo(1);
  }

  @Test
  void aForwardedProposalForWhichThereIsNoRoomIsRejected() {
    Host host = Host.follower(config -> config.forwardProposals(true).maxOutboxMessages(1));

    assertThat(host.node.propose(bytes("a"))).isEqualTo(new Forwarded(2));
    assertThat(host.node.propose(bytes("b"))).isEqualTo(new Rejected(Reason.OUTBOX_FULL, 2));

    assertThat(host.node.ready().messages()).hasSize(1);
    assertThat(host.node.propose(bytes("c"))).isEqualTo(new Forwarded(2));
  }

  private static ProposeResponse answer(Host host, Message proposal) {
    List<Message> answers =
        host.step(proposal).stream().filter(Message::hasProposeResponse).toList();
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).getTo()).isEqualTo(proposal.getFrom());
    assertThat(answers.get(0).getTerm()).isZero();
    assertThat(answers.get(0).getProposeResponse().getRequest())
        .isEqualTo(proposal.getPropose().getRequest());
    return answers.get(0).getProposeResponse();
  }

  @Test
  void aLeaderThatDoesNotAcceptForwardedProposalsSaysSoAndAppendsNothing() {
    Host host = Host.leader();

    ProposeResponse response = answer(host, propose(3, bytes("a")));

    assertThat(response.getRejected().getReason())
        .isEqualTo(ProposeRejectReason.PROPOSE_REJECT_REASON_FORWARDING_OFF);
    assertThat(response.getRejected().getLeader()).isEqualTo(1);
    assertThat(host.status().last().index()).isEqualTo(2);
  }

  @Test
  void aLeaderAppendsWhatIsForwardedAndSaysWhere() {
    Host host = Host.leader(config -> config.acceptForwardedProposals(true));

    ProposeResponse response = answer(host, propose(3, bytes("a"), bytes("b")));

    assertThat(response.getAccepted().getFirst()).isEqualTo(id(2, 3));
    assertThat(response.getAccepted().getCount()).isEqualTo(2);
    assertThat(host.status().last()).isEqualTo(new LogId(2, 4));
  }

  @Test
  void aLeaderWithTooMuchUncommittedSaysSo() {
    Host host = Host.leader(config -> config.acceptForwardedProposals(true).maxUncommittedBytes(1));
    host.node.propose(bytes(5));

    ProposeResponse response = answer(host, propose(3, bytes("a")));

    assertThat(response.getRejected().getReason())
        .isEqualTo(ProposeRejectReason.PROPOSE_REJECT_REASON_UNCOMMITTED_LIMIT);
    assertThat(response.getRejected().getLeader()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"follower, 2", "candidate, 0", "waiting, 0"})
  void whoDoesNotLeadSaysWhoDoes(String state, long leader) {
    Host host =
        switch (state) {
          case "follower" -> Host.follower();
          case "candidate" -> Host.candidate();
          default -> Host.ofThree();
        };

    ProposeResponse response = answer(host, propose(3, bytes("a")));

    assertThat(response.getRejected().getReason())
        .isEqualTo(ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER);
    assertThat(response.getRejected().getLeader()).isEqualTo(leader);
    assertThat(host.status().last().index()).isEqualTo(1);
  }

  @Test
  void theAnswerToAForwardedProposalIsSeenByTheObserver() {
    Host host = Host.follower(config -> config.forwardProposals(true));
    host.node.propose(bytes("a"));
    host.settle();

    host.step(proposeAccepted(2, 2, 2), proposeRejected(2));

    assertThat(host.events)
        .containsExactly(
            new RaftEvent.ForwardAnswered(2, true), new RaftEvent.ForwardAnswered(2, false));
  }

  @Test
  void aBatchIsNotTakenByPositionFromAListThatIsSlowToIndex() {
    Host host = Host.alone(Host.DEFAULTS);
    List<ByteString> commands = List.of(bytes("a"), bytes("b"), bytes("c"));
    List<ByteString> batch =
        new AbstractSequentialList<>() {
          @Override
          public ListIterator<ByteString> listIterator(int index) {
            assertThat(index).as("position to go to").isZero();
            return commands.listIterator(index);
          }

          @Override
          public int size() {
            return commands.size();
          }
        };

    assertThat(host.node.propose(batch)).isInstanceOf(Accepted.class);
  }

  @Test
  void aLeaderWhoseDiskIsSlowTakesNoMoreThanMayWaitForItHoweverMuchTheOthersCommit() {
    Host host = Host.leader(config -> config.maxUnstableBytes(1000).maxOutstandingReadys(1000));
    ProposeResult result = host.node.propose(bytes(100));
    int accepted = 0;
    List<Ready> written = new ArrayList<>();
    while (result instanceof Accepted entry && accepted < 100) {
      accepted++;
      Ready ready = host.node.ready();
      host.write(ready);
      written.add(ready);
      host.node.step(accepted(2, 2, entry.lastIndex(), 0));
      host.node.step(accepted(3, 2, entry.lastIndex(), 0));
      assertThat(host.status().commitIndex()).isEqualTo(entry.lastIndex());
      result = host.node.propose(bytes(100));
    }

    assertThat(accepted).isLessThanOrEqualTo(10);
    assertThat(result).isEqualTo(new Rejected(Reason.UNSTABLE_LIMIT, 1));
    host.node.persisted(written.get(written.size() - 1));
    assertThat(host.node.propose(bytes(100))).isInstanceOf(Accepted.class);
  }

  @Test
  void aBatchBeyondWhatAMessageHoldsIsNotForwarded() {
    Host host = Host.follower(config -> config.forwardProposals(true));
    ByteString large = bytes(1 << 20);

    // 4 GiB and 1 MiB: as an int, the size of the message is that of one command.
    ProposeResult result = host.node.propose(Collections.nCopies(4097, large));

    assertThat(result).isEqualTo(new Rejected(Reason.TOO_LARGE, 2));
    assertThat(host.settle()).isEmpty();
  }
}
