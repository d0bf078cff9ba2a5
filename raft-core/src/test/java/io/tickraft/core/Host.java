package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Node 1 with its disk, its state machine and an observer: the loop that a host runs. */
final class Host {

  static final UnaryOperator<RaftConfig.Builder> DEFAULTS = builder -> builder;

  final MemoryStorage disk;

  /** What the node reads: the disk, unless it is told otherwise. */
  final AwkwardStorage storage;

  final RawNode node;
  final List<RaftEvent> events = new ArrayList<>();
  final List<Entry> applied = new ArrayList<>();

  private Host(MemoryStorage disk, UnaryOperator<RaftConfig.Builder> settings) {
    this.disk = disk;
    this.storage = new AwkwardStorage(disk);
    this.node = RawNode.open(settings.apply(plain(1).observer(events::add)).build(), storage);
  }

  private Host(MemoryStorage disk, AppliedState applied) {
    this.disk = disk;
    this.storage = new AwkwardStorage(disk);
    this.node = RawNode.open(plain(1).observer(events::add).build(), storage, applied);
  }

  /** Without pre-vote and quorum check, which most of these tests are not about. */
  static RaftConfig.Builder plain(long id) {
    return RaftConfig.builder(id).incarnation(0).preVote(false).checkQuorum(false);
  }

  // States, each reached as it is reached in life.

  static Host on(MemoryStorage disk) {
    return new Host(disk, DEFAULTS);
  }

  static Host on(MemoryStorage disk, AppliedState applied) {
    return new Host(disk, applied);
  }

  static Host on(MemoryStorage disk, UnaryOperator<RaftConfig.Builder> settings) {
    return new Host(disk, settings);
  }

  /** One of three first voters, in term 1. */
  static Host ofThree() {
    return ofThree(DEFAULTS);
  }

  static Host ofThree(UnaryOperator<RaftConfig.Builder> settings) {
    return on(MemoryStorage.bootstrapped(1, 2, 3), settings);
  }

  /** Follows node 2 in term 2, with a log that ends at 1. */
  static Host follower() {
    return follower(DEFAULTS);
  }

  static Host follower(UnaryOperator<RaftConfig.Builder> settings) {
    Host host = ofThree(settings);
    host.node.step(heartbeat(2, 2, 1, 1));
    host.settle();
    host.events.clear();
    return host;
  }

  /** Asks for votes in term 2; its own is persisted. */
  static Host candidate() {
    return candidate(DEFAULTS);
  }

  static Host candidate(UnaryOperator<RaftConfig.Builder> settings) {
    Host host = ofThree(settings);
    host.node.campaign();
    host.settle();
    host.events.clear();
    return host;
  }

  /** Leads three nodes in term 2; all hold its no-op at 2, and know that it is committed. */
  static Host leader() {
    return leader(DEFAULTS);
  }

  static Host leader(UnaryOperator<RaftConfig.Builder> settings) {
    return candidate(settings).elected();
  }

  /** Lets the candidate win in its term, and brings nodes 2 and 3 up to its log. */
  Host elected() {
    long term = node.status().term();
    node.step(granted(2, term));
    assertThat(node.status().role()).isEqualTo(RoleName.LEADER);
    settle();
    for (long peer = 2; peer <= 3; peer++) {
      long last = node.status().last().index();
      node.step(accepted(peer, term, last - 1, 0));
      settle();
      node.step(accepted(peer, term, last, 0));
      settle();
    }
    assertThat(node.status().commitIndex()).isEqualTo(node.status().last().index());
    events.clear();
    return this;
  }

  /** Leads a group of its own in term 2; its no-op at 2 is applied. */
  static Host alone(UnaryOperator<RaftConfig.Builder> settings) {
    Host host = on(MemoryStorage.bootstrapped(1), settings);
    host.node.campaign();
    host.settle();
    assertThat(host.node.status().role()).isEqualTo(RoleName.LEADER);
    host.events.clear();
    return host;
  }

  // The loop.

  /** Takes a Ready and does all that it says. */
  Ready turn() {
    Ready ready = node.ready();
    write(ready);
    apply(ready);
    node.advance(ready);
    return ready;
  }

  void write(Ready ready) {
    disk.persist(ready);
  }

  void apply(Ready ready) {
    applied.addAll(ready.committedEntries());
  }

  /** Does the write of a Ready that was taken, and acknowledges it. */
  void persist(Ready ready) {
    write(ready);
    node.persisted(ready);
  }

  /** Works off what is ready, and returns the messages that leave, in order. */
  List<Message> settle() {
    List<Message> sent = new ArrayList<>();
    while (node.hasReady()) {
      Ready ready = turn();
      sent.addAll(ready.messages());
      sent.addAll(ready.messagesAfterPersist());
    }
    return sent;
  }

  /** Steps messages and works off what comes of them. */
  List<Message> step(Message... messages) {
    for (Message message : messages) {
      node.step(message);
    }
    return settle();
  }

  /** Ticks of a host that is in time: after each it looks whether there is something to do. */
  void ticks(int count) {
    for (int i = 0; i < count; i++) {
      node.tick();
      node.hasReady();
    }
  }

  /** Ticks of a host that was blocked meanwhile: all at once. */
  void lateTicks(int count) {
    for (int i = 0; i < count; i++) {
      node.tick();
    }
  }

  /** The reasons for which messages were dropped, in order. */
  List<DropReason> drops() {
    return eventsOf(RaftEvent.MessageDropped.class).stream()
        .map(RaftEvent.MessageDropped::reason)
        .toList();
  }

  <T extends RaftEvent> List<T> eventsOf(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  Status status() {
    return node.status();
  }

  PeerStatus peer(long id) {
    return status().peers().stream().filter(peer -> peer.id() == id).findFirst().orElseThrow();
  }

  static boolean isEmpty(Ready ready) {
    return ready.hardState().isEmpty()
        && ready.snapshot().isEmpty()
        && ready.entries().isEmpty()
        && ready.messages().isEmpty()
        && ready.messagesAfterPersist().isEmpty()
        && ready.committedEntries().isEmpty();
  }
}
