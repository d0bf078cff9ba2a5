package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembersTest {

  private static final HostAndPort FOUR = new HostAndPort("::1", 4);
  private static final Members FOUNDERS = StoredNode.founders(1, 2, 3);

  private static Entry change(ByteString context) {
    return Entry.newBuilder()
        .setData(ConfChange.newBuilder().setContext(context).build().toByteString())
        .build();
  }

  private static ConfState voters(Long... voters) {
    return ConfState.newBuilder().addAllVoters(List.of(voters)).build();
  }

  @Test
  void whoIsAddedHasTheAddressOfTheContext() {
    Members after = FOUNDERS.after(change(Members.context(4, FOUR)), voters(1L, 2L, 3L, 4L));
    Map<Long, HostAndPort> expected = new TreeMap<>(FOUNDERS.addresses());
    expected.put(4L, FOUR);
    assertThat(after).isEqualTo(new Members(List.of(1L, 2L, 3L), sorted(expected), none()));
  }

  @Test
  void whoIsRemovedIsRememberedForEver() {
    Members after = FOUNDERS.after(change(ByteString.EMPTY), voters(1L, 3L));
    assertThat(after.addresses().keySet()).containsExactly(1L, 3L);
    assertThat(after.removed()).containsExactly(2L);
    Members later = after.after(change(ByteString.EMPTY), voters(3L));
    assertThat(later.removed()).containsExactly(1L, 2L);
    assertThat(later.founders()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whoIsOnTheWayInOrOutIsAMember() {
    ConfState joint =
        ConfState.newBuilder()
            .addVoters(1)
            .addVotersOutgoing(2)
            .addLearners(4)
            .addLearnersNext(2)
            .addVotersOutgoing(3)
            .build();
    Members after = FOUNDERS.after(change(Members.context(4, FOUR)), joint);
    assertThat(after.addresses().keySet()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(after.removed()).isEmpty();
  }

  @Test
  void theAddressOfAMemberIsThatOfTheLatestChangeThatNamesIt() {
    Members moved = FOUNDERS.after(change(Members.context(2, FOUR)), voters(1L, 2L, 3L));
    assertThat(moved.addresses()).containsEntry(2L, FOUR).hasSize(3);
    assertThat(moved.removed()).isEmpty();
    assertThat(moved.after(change(ByteString.EMPTY), voters(1L, 2L, 3L))).isEqualTo(moved);
  }

  @Test
  void aContextThatIsNoAddressIsOfANewerVersion() {
    for (String context : List.of("x", "4", "4=", "=h:1", "4=h:0", "4=h:1,", "x=h:1", "4=h:1;")) {
      assertUnreadable(change(ByteString.copyFromUtf8(context)));
    }
    assertUnreadable(Entry.newBuilder().setData(ByteString.copyFromUtf8("what?")).build());
  }

  /** Skipped, the members would differ from those on a node that can read the entry. */
  private static void assertUnreadable(Entry entry) {
    assertThatThrownBy(() -> FOUNDERS.after(entry, voters(1L, 2L, 3L, 4L)))
        .isInstanceOf(UnreadableEntryException.class)
        .hasMessageContaining("cannot read the entry at index " + entry.getIndex());
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Members all =
        new Members(
            List.of(1L, 2L), sorted(Map.of(4L, FOUR, 2L, FOUR)), new TreeSet<>(List.of(1L, 7L)));
    for (Members members : List.of(all, FOUNDERS, Members.NONE)) {
      assertThat(Members.decode(members.encode())).isEqualTo(members);
    }
    assertThat(all.encode().toStringUtf8()).isEqualTo("1,2;2=[::1]:4,4=[::1]:4;1,7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1;1=h:1", "1;1=h:1;;", "1;1;", "1;h:1;", "x;;", ";;x", ";,;"})
  void whatIsNotOfThatFormIsRefused(String text) {
    assertThatThrownBy(() -> Members.decode(ByteString.copyFromUtf8(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static NavigableMap<Long, HostAndPort> sorted(Map<Long, HostAndPort> addresses) {
    return new TreeMap<>(addresses);
  }

  private static NavigableSet<Long> none() {
    return new TreeSet<>();
  }
}
