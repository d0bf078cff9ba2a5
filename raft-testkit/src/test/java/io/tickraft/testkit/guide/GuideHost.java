package io.tickraft.testkit.guide;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Outcome;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposalFates;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A host in memory with the pieces that the guide, docs/embedding.md, shows. */
final class GuideHost {

  /** A client that waits for the outcome of its command. */
  interface Client {
    void done();

    void failed(String why);

    void unknown();

    void tryAt(long leader);
  }

  /** A client that waits for the answer to its read. */
  interface Query {
    void answer(List<String> machine);

    void retry(long leader);
  }

  private static final int ELECTION_TICKS = 10;
  private static final long MAX_ENTRIES_KEPT = 1_000;

  final MemoryStorage storage;
  final RawNode node;
  final List<String> machine = new ArrayList<>();
  boolean isStopped;
  boolean isRemoved;

  private final long id;
  private final Consumer<Message> network;
  private final Snapshots snapshots;
  private ConfState members = ConfState.getDefaultInstance();
  private long applied;
  private boolean isStopping;
  private boolean wasMember;

  /** Fetches the data of snapshots that are too large for a message. */
  interface Snapshots {
    void fetch(ByteString reference, Runnable then);
  }

  GuideHost(
      long id, long boots, MemoryStorage storage, Consumer<Message> network, Snapshots snapshots) {
    this.id = id;
    this.storage = storage;
    this.network = network;
    this.snapshots = snapshots;
    restore(storage.snapshot().snapshot());

    RaftConfig config =
        RaftConfig.builder(id).electionTicks(ELECTION_TICKS).seed(42).incarnation(boots).build();
    node = RawNode.open(config, storage);
  }

  // Start.

  static void bootstrap(MemoryStorage storage, long... voters) {
    boolean isEmpty =
        storage.lastIndex() == 0 && storage.initialState().equals(HardState.getDefaultInstance());
    if (isEmpty) {
      storage.installSnapshot(Bootstrap.snapshot(voters));
      storage.setHardState(Bootstrap.hardState());
    }
  }

  /** Starts a new group with the state of the only node that is left of another one. */
  static MemoryStorage recovered(ByteString state, long... newVoters) {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(Bootstrap.snapshot(state, newVoters));
    storage.setHardState(Bootstrap.hardState());
    return storage;
  }

  // Work.

  void work() {
    while (!isStopped && node.hasReady()) {
      Ready ready = node.ready();
      ready.messages().forEach(network);
      storage.persist(ready);
      ready.messagesAfterPersist().forEach(network);
      ready.snapshot().ifPresent(this::restore);
      ready.committedEntries().forEach(this::apply);
      ready.confState().ifPresent(this::configure);
      complete(ready.readStates());
      handle(ready.outcomes());
      node.advance(ready);
      answerUpTo(applied);
    }
  }

  private void restore(Snapshot snapshot) {
    machine.clear();
    snapshot.getData().toStringUtf8().lines().forEach(machine::add);
    applied = snapshot.getMetadata().getIndex();
    configure(snapshot.getMetadata().getConfState());
    fates.snapshotInstalled(applied);
  }

  private void apply(Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      machine.add(entry.getData().toStringUtf8());
    }
    applied = entry.getIndex();
    fates.committed(entry);
  }

  private ByteString save() {
    return ByteString.copyFromUtf8(String.join("\n", machine));
  }

  // Clients.

  private final ProposalFates<Client> fates =
      new ProposalFates<>(
          (client, fate) -> {
            switch (fate) {
              case APPLIED -> client.done();
              case LOST -> client.failed("not applied: send it again");
              case UNKNOWN -> client.unknown();
            }
          });

  void propose(ByteString command, Client client) {
    ProposeResult result = node.propose(command);
    if (result instanceof ProposeResult.Accepted accepted) {
      fates.accepted(accepted.term(), accepted.firstIndex(), client);
    } else if (result instanceof ProposeResult.Rejected rejected) {
      switch (rejected.reason()) {
        case NOT_LEADER -> client.tryAt(rejected.leader());
        default -> client.failed(rejected.reason().name());
      }
    }
    work();
  }

  // Reads.

  private final Map<ByteString, Query> asked =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private final NavigableMap<Long, List<Query>> confirmed = new TreeMap<>();
  private long reads;

  void read(Query query) {
    ByteString context = ByteString.copyFromUtf8(Long.toString(++reads));
    ReadResult result = node.readIndex(context);
    if (result instanceof ReadResult.Rejected rejected) {
      query.retry(rejected.leader());
    } else {
      asked.put(context, query);
    }
    work();
  }

  private void complete(List<ReadState> states) {
    for (ReadState state : states) {
      Query query = asked.remove(state.context());
      if (state instanceof ReadState.Confirmed at) {
        confirmed.computeIfAbsent(at.index(), index -> new ArrayList<>()).add(query);
      } else if (state instanceof ReadState.Aborted aborted) {
        query.retry(aborted.leader());
      }
    }
  }

  private void answerUpTo(long index) {
    Map<Long, List<Query>> due = confirmed.headMap(index, true);
    due.values().forEach(queries -> queries.forEach(query -> query.answer(machine)));
    due.clear();
  }

  // Members.

  private void configure(ConfState confState) {
    members = confState;
    wasMember |= isMember(confState, id); // A node that joins replays changes from before its own.
    isRemoved = wasMember && !isMember(confState, id);
  }

  static boolean isMember(ConfState confState, long id) {
    return Stream.of(
            confState.getVotersList(),
            confState.getLearnersList(),
            confState.getVotersOutgoingList(),
            confState.getLearnersNextList())
        .anyMatch(ids -> ids.contains(id));
  }

  // Snapshots.

  void compact() {
    long slowest =
        node.status().peers().stream()
            .filter(peer -> peer.ticksSinceHeard() < 10 * ELECTION_TICKS)
            .mapToLong(PeerStatus::matchIndex)
            .min()
            .orElse(applied);
    long upTo = Math.max(Math.min(slowest, applied), applied - MAX_ENTRIES_KEPT);
    if (upTo >= storage.firstIndex()) {
      if (applied > storage.snapshot().snapshot().getMetadata().getIndex()) {
        storage.createSnapshot(applied, members, save());
      }
      storage.compact(upTo);
    }
  }

  void receive(Message message) {
    if (message.hasInstallSnapshot()) {
      ByteString reference = message.getInstallSnapshot().getSnapshot().getData();
      snapshots.fetch(reference, () -> deliver(message)); // Other messages go on meanwhile.
    } else {
      deliver(message);
    }
  }

  private void deliver(Message message) {
    node.step(message);
    work();
  }

  void snapshotSent(Message message, boolean isDelivered) {
    node.reportSnapshot(
        message.getTo(),
        message.getInstallSnapshot().getAttempt(),
        isDelivered ? SnapshotStatus.DELIVERED : SnapshotStatus.FAILED);
  }

  // Stop.

  void shutDown() {
    if (node.role() == RoleName.LEADER
        && node.transferLeadership() instanceof TransferResult.Started) {
      isStopping = true; // And stop after an election timeout of ticks, whatever happens.
      work();
    } else {
      isStopped = true;
    }
  }

  private void handle(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (isStopping && outcome instanceof Outcome.TransferEnded) {
        isStopped = true;
      }
    }
  }
}
