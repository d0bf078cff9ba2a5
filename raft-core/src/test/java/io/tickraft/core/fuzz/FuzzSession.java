package io.tickraft.core.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.NodeFailedException;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The life of one node under fuzzing: a group, settings and a host drawn from a seed, and then
 * messages, with ticks, proposals, crashes and the host's work between them.
 */
final class FuzzSession {

  private static final int SHOWN = 20;

  private static final long END = 1L << 62;

  private final long seed;
  private final Dice dice;
  private final FuzzedNode node;
  private final PlausibleMessages plausible;
  private final MutatedMessages mutated;
  private final List<Long> members;

  /** How often the host does its work: in one go, or piece by piece and late. */
  private final boolean inOneGo;

  private final int diligence;

  /** How many of a hundred messages go wrong. */
  private final int mutations;

  private final boolean campaigns;

  /** Whether the node is made to lead for most of the time. */
  private final boolean leads;

  private final Deque<Object> inputs = new ArrayDeque<>();
  private long steps;
  private FuzzCounts counts = new FuzzCounts();

  FuzzSession(long seed) {
    this.seed = seed;
    this.dice = new Dice(seed);
    long id = dice.oneIn(8) ? (1L << 62) + dice.below(9) : 1 + dice.below(5);
    long group = dice.oneIn(3) ? 1 + dice.below(3) : 0;
    List<ConfState> configurations = configurations(id);
    leads = dice.percent(40);
    int kind = leads ? dice.weighted(0, 40, 25, 15, 20) : dice.weighted(20, 35, 15, 12, 10, 8);
    ConfState first = configurations.get(kind);
    members = others(first, id);
    List<Long> senders = new ArrayList<>(members);
    if (members.isEmpty() || dice.oneIn(3)) {
      senders.addAll(List.of(id % 5 + 1 == id ? 7L : id % 5 + 1, 8L, 9L));
    }
    Supplier<RaftConfig.Builder> settings = settings(id, group);
    int restlessness = leads ? 0 : dice.weighted(40, 40, 20) * 3;
    plausible = new PlausibleMessages(dice, id, group, senders, configurations, restlessness);
    mutated = new MutatedMessages(dice);
    inOneGo = dice.oneIn(2);
    diligence = dice.between(3, 60);
    mutations = dice.oneIn(4) ? 15 : 50;
    campaigns = dice.percent(60);
    node = start(settings, first);
    node.network(
        message -> {
          plausible.sent(message);
          if (dice.oneIn(8)) {
            mutated.remember(message);
          }
        });
  }

  private FuzzedNode start(Supplier<RaftConfig.Builder> settings, ConfState first) {
    if (first.getVotersCount() == 0) {
      return new FuzzedNode(settings, Optional.empty(), HardState.getDefaultInstance());
    }
    long index = dice.oneIn(2) ? 1 : dice.between(1, 40);
    Snapshot snapshot =
        Bootstrap.snapshot(1).toBuilder()
            .setMetadata(
                SnapshotMetadata.newBuilder().setIndex(index).setTerm(1).setConfState(first))
            .build();
    HardState hardState = HardState.newBuilder().setTerm(1).setCommit(index).build();
    return new FuzzedNode(settings, Optional.of(snapshot), hardState);
  }

  /** None, three voters, five, a single one, a joint configuration, and one where it learns. */
  private static List<ConfState> configurations(long id) {
    List<Long> others = new ArrayList<>();
    for (long other = 1; others.size() < 4; other++) {
      if (other != id) {
        others.add(other);
      }
    }
    List<Long> three = sorted(List.of(id, others.get(0), others.get(1)));
    List<Long> five =
        sorted(List.of(id, others.get(0), others.get(1), others.get(2), others.get(3)));
    return List.of(
        ConfState.getDefaultInstance(),
        ConfState.newBuilder().addAllVoters(three).build(),
        ConfState.newBuilder().addAllVoters(five).build(),
        ConfState.newBuilder().addVoters(id).build(),
        ConfState.newBuilder()
            .addAllVoters(three)
            .addAllVotersOutgoing(sorted(List.of(id, others.get(2), others.get(3))))
            .addLearnersNext(others.get(3))
            .setAutoLeave(true)
            .build(),
        ConfState.newBuilder()
            .addVoters(others.get(0))
            .addVoters(others.get(1))
            .addLearners(id)
            .build());
  }

  private static List<Long> sorted(List<Long> ids) {
    return ids.stream().sorted().toList();
  }

  private static List<Long> others(ConfState confState, long id) {
    List<Long> others = new ArrayList<>(confState.getVotersList());
    others.addAll(confState.getVotersOutgoingList());
    others.addAll(confState.getLearnersList());
    return others.stream().filter(other -> other != id).distinct().sorted().toList();
  }

  /** Each limit is small in half of the sessions, so that it is met. */
  private Supplier<RaftConfig.Builder> settings(long id, long group) {
    // A node that shall lead is soon out of office if it must hear from others.
    boolean preVote = dice.oneIn(leads ? 4 : 2);
    boolean checkQuorum = dice.oneIn(leads ? 4 : 2);
    int priority = dice.oneIn(3) ? dice.below(4) : 0;
    int electionTicks = dice.between(2, 12);
    int snapshotTicks = dice.between(1, 10);
    boolean forward = dice.oneIn(2);
    boolean accept = !dice.oneIn(4);
    int entryBytes = dice.oneIn(2) ? dice.between(1, 60) : 1 << 20;
    int appendBytes = dice.oneIn(2) ? dice.between(1, 100) : 1 << 20;
    int inflightAppends = dice.oneIn(2) ? dice.between(1, 3) : 256;
    int inflightBytes = dice.oneIn(2) ? dice.between(1, 300) : 1 << 20;
    int uncommittedBytes = dice.oneIn(2) ? dice.between(1, 200) : 1 << 20;
    int uncommittedEntries = dice.oneIn(2) ? dice.between(1, 8) : 1 << 20;
    int unstableBytes = dice.oneIn(2) ? dice.between(1, 300) : 1 << 20;
    int committedBytes = dice.oneIn(2) ? dice.between(1, 200) : 1 << 20;
    int readys = dice.oneIn(2) ? dice.between(1, 3) : 16;
    int pendingReads = dice.oneIn(2) ? dice.between(1, 3) : 4096;
    int readTimeoutTicks = dice.between(1, 20);
    boolean stepDown = !dice.oneIn(4);
    int outboxMessages = dice.oneIn(2) ? dice.between(1, 6) : 4096;
    int outboxBytes = dice.oneIn(3) ? dice.between(1, 400) : 1 << 20;
    return () ->
        RaftConfig.builder(id)
            .preVote(preVote)
            .checkQuorum(checkQuorum)
            .priority(priority)
            .group(group)
            .seed(seed)
            .electionTicks(electionTicks)
            .snapshotTicks(snapshotTicks)
            .forwardProposals(forward)
            .acceptForwardedProposals(accept)
            .maxEntryBytes(entryBytes)
            .maxAppendBytes(appendBytes)
            .maxInflightAppends(inflightAppends)
            .maxInflightBytes(inflightBytes)
            .maxUncommittedBytes(uncommittedBytes)
            .maxUncommittedEntries(uncommittedEntries)
            .maxUnstableBytes(unstableBytes)
            .maxCommittedBytesPerReady(committedBytes)
            .maxOutstandingReadys(readys)
            .maxPendingReads(pendingReads)
            .readTimeoutTicks(readTimeoutTicks)
            .stepDownOnRemoval(stepDown)
            .maxOutboxMessages(outboxMessages)
            .maxOutboxBytes(outboxBytes);
  }

  /**
   * Steps so many messages, and counts what became of them; fewer if the node has got to the end of
   * all terms or indexes, where little can happen, or has failed as it needs a newer version.
   */
  void run(int messages, FuzzCounts itsCounts) {
    counts = itsCounts;
    node.readys(
        ready -> {
          ready.readStates().forEach(counts::result);
          ready.outcomes().forEach(counts::result);
        });
    int atTheEnd = 0;
    try {
      for (int i = 0; i < messages && atTheEnd < 50; i++) {
        atTheEnd += Math.max(node.now().term(), node.now().last()) > END ? 1 : 0;
        message();
        while (dice.percent(30)) {
          between();
        }
        host();
      }
      node.drain();
      node.waitForAll();
    } catch (NodeFailedException | IllegalArgumentException e) {
      // No message does this, but what a leader had committed, when it is to take effect.
      if (!node.needsNewerVersion() || !isAboutNewerVersion(e)) {
        throw new AssertionError(report(e), e);
      }
      counts.failedForNewerVersion();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(report(e), e);
    }
  }

  private static boolean isAboutNewerVersion(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).endsWith("a newer version is needed");
  }

  private void message() {
    Message message = plausible.next(node.now(), node.log());
    boolean changedOnTheWay = dice.percent(mutations);
    if (changedOnTheWay) {
      message = mutated.next(message);
    }
    if (dice.oneIn(4)) {
      mutated.remember(message);
    }
    note(message);
    RoleName role = node.now().role();
    FuzzedNode.Outcome outcome = node.step(message);
    counts.count(message, role, outcome);
  }

  /** An input that is not a message. */
  private void between() {
    int campaigning = leads && node.now().role() == RoleName.FOLLOWER ? 60 : campaigns ? 4 : 0;
    switch (dice.weighted(
        40, 18, campaigning, 3, 4, 8, 3, leads ? 1 : 3, 4, 2, 6, 12, 2, 1, leads ? 8 : 5)) {
      case 0 -> {
        note("tick");
        node.tick();
      }
      case 1 -> {
        List<ByteString> data = new ArrayList<>();
        for (int i = dice.below(3); i >= 0; i--) {
          data.add(ByteString.copyFrom(new byte[dice.below(dice.oneIn(8) ? 150 : 8)]));
        }
        note("propose " + data.size());
        counts.result(node.propose(data));
      }
      case 2 -> {
        note("campaign");
        node.campaign();
      }
      case 3 -> {
        long peer = Math.max(1, peer());
        note("unreachable " + peer);
        node.reportUnreachable(peer);
      }
      case 4 -> {
        long peer = Math.max(1, peer());
        SnapshotStatus status = dice.of(List.of(SnapshotStatus.values()));
        long attempt = node.lastAttempt() - (dice.oneIn(4) ? 1 : 0);
        note("snapshot " + status + " " + peer + " attempt " + attempt);
        node.reportSnapshot(peer, attempt, status);
      }
      case 5 -> {
        long index = node.now().applied() - dice.below(4);
        note("compact " + index);
        node.compact(index);
      }
      case 6 -> {
        boolean entries = dice.oneIn(3);
        boolean snapshot = dice.oneIn(3);
        note("slow " + entries + " " + snapshot);
        node.slow(entries, snapshot);
        if (dice.oneIn(2)) {
          note("storage ready");
          node.storageReady();
        }
      }
      case 7 -> {
        boolean kept = dice.oneIn(2);
        boolean unsyncedLost = dice.oneIn(2);
        note("crash, state machine kept: " + kept + ", unsynced lost: " + unsyncedLost);
        node.crash(kept, unsyncedLost);
      }
      case 8 -> node.readyOutOfTurn();
      case 9 -> {
        note("forget leader");
        node.forgetLeader();
      }
      case 10 -> {
        ConfChange change = plausible.confChange();
        note("change " + change);
        counts.result(node.proposeConfChange(change));
      }
      case 11 -> {
        // Sometimes of a name that another one has.
        String name = "read " + (dice.oneIn(8) ? 0 : steps);
        note(name);
        counts.result(node.readIndex(ByteString.copyFromUtf8(name)));
      }
      case 12 -> {
        note("transfer to whom the node chooses");
        counts.result(node.transferLeadership());
      }
      case 13 -> {
        note("resign");
        node.resign();
      }
      default -> {
        long target = Math.max(1, dice.oneIn(8) ? dice.below(8) : peer());
        note("transfer to " + target);
        counts.result(node.transferLeadership(target));
      }
    }
  }

  private long peer() {
    return members.isEmpty() || dice.oneIn(10) ? dice.below(10) : dice.of(members);
  }

  private void host() {
    if (inOneGo) {
      if (dice.percent(diligence)) {
        note("advance");
        node.advance();
      }
      return;
    }
    if (dice.percent(diligence)) {
      note("ready");
      node.take();
    }
    if (dice.percent(diligence)) {
      note("write");
      node.write();
    }
    if (dice.percent(diligence)) {
      int count = dice.between(1, 3);
      note("persisted " + count);
      node.acknowledge(count);
    }
    if (dice.percent(diligence)) {
      int count = dice.between(1, 8);
      note("applied " + count);
      node.apply(count);
    }
  }

  // The report.

  private void note(Object input) {
    steps++;
    inputs.addLast(input);
    if (inputs.size() > SHOWN) {
      inputs.removeFirst();
    }
  }

  private String report(Throwable failure) {
    StringBuilder report = new StringBuilder(4096);
    report
        .append(failure.getMessage())
        .append("\nsession seed ")
        .append(seed)
        .append(", step ")
        .append(steps)
        .append(", node ")
        .append(node.now())
        .append("\nthe last inputs:\n");
    long number = steps - inputs.size();
    for (Object input : inputs) {
      number++;
      String shown =
          input instanceof Message message
              ? TextFormat.printer().emittingSingleLine(true).printToString(message)
              : input.toString();
      report.append("  ").append(number).append(": ").append(shown).append('\n');
    }
    return report.toString();
  }
}
