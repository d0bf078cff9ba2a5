package io.tickraft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.tickraft.proto.Append;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.TransferLeader;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DigestTest {

  private static final long HORIZON = 10;

  /** Node 1 is called 2, node 2 is called 3, and node 3 is called 1. */
  private static long next(long id) {
    return id % 3 + 1;
  }

  private static long of(Consumer<Digest> what) {
    return under(LongUnaryOperator.identity(), what);
  }

  private static long under(LongUnaryOperator names, Consumer<Digest> what) {
    Digest digest = new Digest(names, HORIZON);
    what.accept(digest);
    return digest.value();
  }

  @Test
  void whatDiffersHasAnotherValue() {
    TreeSet<Long> values = new TreeSet<>(Comparator.naturalOrder());
    List<Consumer<Digest>> all =
        List.of(
            digest -> {},
            digest -> digest.number(0),
            digest -> digest.number(1),
            digest -> digest.number(1).number(2),
            digest -> digest.number(2).number(1),
            digest -> digest.number(-1),
            digest -> digest.number(Long.MIN_VALUE),
            digest -> digest.entry(new LogId(3, 4)),
            digest -> digest.entry(new LogId(4, 3)),
            digest -> digest.bytes(ByteString.EMPTY),
            digest -> digest.bytes(ByteString.copyFrom(new byte[1])),
            digest -> digest.bytes(ByteString.copyFrom(new byte[2])),
            digest -> digest.text("a longer text"),
            digest -> digest.text("a longer tex7"),
            digest -> digest.ordered(List.of(1L, 2L, 3L), (n, d) -> d.number(n)),
            digest -> digest.ordered(List.of(2L, 1L, 3L), (n, d) -> d.number(n)),
            digest -> digest.unordered(List.of(1L, 2L), (n, d) -> d.number(n)),
            digest -> digest.unordered(List.of(1L, 1L, 2L), (n, d) -> d.number(n)),
            digest -> digest.message(message(body -> body.setTo(1))),
            digest -> digest.message(message(body -> body.setTo(2))),
            digest -> digest.message(message(body -> body.setFrom(1))),
            digest -> digest.message(message(body -> body.setTerm(1))));
    all.forEach(what -> values.add(of(what)));
    assertThat(values).hasSize(all.size());
  }

  private static Message message(UnaryOperator<Message.Builder> set) {
    return set.apply(Message.newBuilder()).build();
  }

  @Test
  void elementsWithoutAnOrderAreEqualInAnyOrder() {
    assertThat(of(digest -> digest.unordered(List.of(1L, 2L, 3L), (n, d) -> d.number(n))))
        .isEqualTo(of(digest -> digest.unordered(List.of(3L, 1L, 2L), (n, d) -> d.number(n))));
  }

  @Test
  void whatHasComeIsEqualAndSoIsWhatIsBehindTheHorizon() {
    assertThat(of(digest -> digest.remaining(0))).isEqualTo(of(digest -> digest.remaining(-7)));
    assertThat(of(digest -> digest.remaining(11))).isEqualTo(of(digest -> digest.remaining(99)));
    assertThat(of(digest -> digest.remaining(10))).isNotEqualTo(of(digest -> digest.remaining(11)));
    assertThat(of(digest -> digest.remaining(0))).isNotEqualTo(of(digest -> digest.remaining(1)));
  }

  private static ConfState members(long first, long second, long third) {
    return ConfState.newBuilder()
        .addVoters(first)
        .addVotersOutgoing(second)
        .addLearners(third)
        .addLearnersNext(second)
        .build();
  }

  private static Entry change(long node) {
    ConfChange change =
        ConfChange.newBuilder()
            .addChanges(
                ConfChangeSingle.newBuilder()
                    .setType(ConfChangeType.CONF_CHANGE_TYPE_REMOVE)
                    .setNode(node))
            .build();
    return Entry.newBuilder()
        .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
        .setIndex(7)
        .setData(change.toByteString())
        .build();
  }

  /** The same for node 1, and for node 2. */
  static List<List<com.google.protobuf.Message>> ofAnotherNode() {
    return List.of(
        List.of(message(m -> m.setFrom(1).setTerm(5)), message(m -> m.setFrom(2).setTerm(5))),
        List.of(message(m -> m.setTo(1)), message(m -> m.setTo(2))),
        List.of(
            HardState.newBuilder().setVote(1).build(), HardState.newBuilder().setVote(2).build()),
        List.of(
            TransferLeader.newBuilder().setTarget(1).build(),
            TransferLeader.newBuilder().setTarget(2).build()),
        List.of(members(1, 2, 3), members(2, 3, 1)),
        List.of(
            message(m -> m.setAppend(Append.newBuilder().addEntries(change(1)))),
            message(m -> m.setAppend(Append.newBuilder().addEntries(change(2))))));
  }

  @ParameterizedTest
  @MethodSource("ofAnotherNode")
  void aNodeCountsByItsName(List<com.google.protobuf.Message> two) {
    long ofFirst = of(digest -> digest.message(two.get(0)));
    assertThat(under(DigestTest::next, digest -> digest.message(two.get(0))))
        .isNotEqualTo(ofFirst)
        .isEqualTo(of(digest -> digest.message(two.get(1))));
  }

  @Test
  void whatIsNoIdKeepsItsNumber() {
    Append append = Append.newBuilder().setCommit(1).build();
    assertThat(under(DigestTest::next, digest -> digest.message(append)))
        .isEqualTo(of(digest -> digest.message(append)));
    assertThat(under(DigestTest::next, digest -> digest.id(0)))
        .isEqualTo(of(digest -> digest.id(0)));
  }

  /** As a message may be that a fuzzer has changed. */
  @Test
  void aChangeWhoseDataIsNoChangeCountsAsBytes() {
    Entry broken = change(1).toBuilder().setData(ByteString.copyFromUtf8("\u00ff")).build();
    assertThat(of(digest -> digest.message(broken)))
        .isNotEqualTo(of(digest -> digest.message(change(1))));
  }

  @Test
  void whatCannotBeAddedIsNamed() {
    assertThatThrownBy(() -> of(digest -> digest.message(StringValue.of("text"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a field of the protocol: google.protobuf.StringValue.value");
    assertThatThrownBy(() -> new Digest(LongUnaryOperator.identity(), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("horizon: at least 0: -1");
  }
}
