package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.SimulationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * TinyKV's generic test: five servers, and clients that put and scan for three rounds, whatever
 * happens meanwhile. After each round every client must find what it has put, each key once and in
 * order; it then deletes it.
 */
final class Workload {

  private static final int SERVERS = 5;

  private final int clients;
  private boolean unreliable;
  private boolean restarts;
  private boolean partitions;
  private boolean confChanges;
  private int gcLimit;
  private long gcBytes;

  private Workload(int clients) {
    this.clients = clients;
  }

  static Workload clients(int clients) {
    return new Workload(clients);
  }

  /** Messages are lost, and those of clients come late. */
  Workload unreliable() {
    unreliable = true;
    return this;
  }

  /** After each round all servers crash and start again. */
  Workload restarts() {
    restarts = true;
    return this;
  }

  /** Again and again the servers are divided at random. */
  Workload partitions() {
    partitions = true;
    return this;
  }

  /** Again and again a server gets or loses its node, down to two. */
  Workload confChanges() {
    confChanges = true;
    return this;
  }

  /** Servers drop their log when so many commands are applied. */
  Workload gcLimit(int entries) {
    gcLimit = entries;
    return this;
  }

  /** Servers drop their log when what is applied is so large. */
  Workload gcBytes(long bytes) {
    gcBytes = bytes;
    return this;
  }

  /** Runs over all seeds. Of many seeds, checks that there was the trouble that there was to be. */
  StoreLab.Totals run() {
    StoreLab.Totals totals =
        StoreLab.overSeeds(SERVERS, this::configure, lab -> new Run(lab).run());
    assertThat(totals.rounds).isEqualTo(StoreLab.ROUNDS * totals.runs);
    assertThat(totals.restarts).isEqualTo(restarts ? totals.rounds : 0);
    if (totals.areMany()) {
      checkAverages(totals);
    }
    return totals;
  }

  /** Checks that the runs had, on average, the work and the trouble that this workload is about. */
  private void checkAverages(StoreLab.Totals totals) {
    // The course warns of a client that has put less than ten keys in a round. Here they take more
    // time to think, and among losses and partitions there is seldom a leader to ask.
    long few = (unreliable && partitions ? 2L : 5L) * clients * totals.rounds;
    assertThat(totals.puts).isGreaterThan(few);
    assertThat(totals.scans).isGreaterThan(few);
    assertThat(totals.readIndexes).isBetween(totals.scans / 4, totals.scans);
    if (unreliable) {
      assertThat(totals.lost).isGreaterThan(totals.rounds);
      assertThat(totals.reordered).isGreaterThan(totals.rounds);
      assertThat(totals.lostByClients).isGreaterThan(totals.rounds);
      assertThat(totals.lateByClients).isGreaterThan(totals.rounds);
      assertThat(totals.retries).isGreaterThan(totals.rounds);
    }
    if (partitions) {
      int most = StoreLab.ELECTION_MILLIS + StoreLab.MAX_MORE_MILLIS;
      assertThat(totals.partitions).isGreaterThan(totals.rounds * (StoreLab.ROUND_MILLIS / most));
      assertThat(totals.refused).isGreaterThan(totals.rounds);
    }
    if (restarts) {
      assertThat(totals.lostWrites).isGreaterThan(totals.runs);
    }
    if (partitions || restarts) {
      assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(totals.rounds);
    }
    if (confChanges) {
      assertThat(totals.changes).isGreaterThan(5 * totals.rounds);
      assertThat(totals.snapshotsSent).isGreaterThan(totals.rounds);
    }
    if (gcLimit + gcBytes > 0) {
      assertThat(totals.dropped).isGreaterThan(gcLimit * (totals.runs / 2L));
      assertThat(totals.snapshotsSent).isGreaterThanOrEqualTo(partitions ? totals.runs / 2 : 0);
    }
  }

  /** Runs with one seed only. */
  void run(long seed, Consumer<SimulationOptions> changes) {
    StoreLab.oneSeed(
        seed,
        SERVERS,
        options -> {
          configure(options);
          changes.accept(options);
        },
        lab -> new Run(lab).run(),
        new StoreLab.Totals());
  }

  private void configure(SimulationOptions options) {
    options.snapshotEvery(gcLimit).snapshotAtBytes(gcBytes);
  }

  /** One run. */
  private final class Run {

    private final StoreLab lab;
    private final List<RangeHistory> histories = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final Peers peers;
    private boolean isCalm = true;

    Run(StoreLab lab) {
      this.lab = lab;
      this.peers = new Peers(lab);
      for (int i = 0; i < clients; i++) {
        histories.add(new RangeHistory());
      }
      for (int i = 0; i < clients; i++) {
        workers.add(new Worker(lab, i, histories));
      }
    }

    void run() {
      lab.leader();
      for (int round = 0; round < StoreLab.ROUNDS; round++) {
        lab.totals.rounds++;
        work();
        if (restarts) {
          lab.stopAll();
          lab.group.run(StoreLab.ELECTION_MILLIS);
          lab.startAll();
        }
        workers.forEach(Worker::checkAll);
        settle("the final scan");
        workers.forEach(Worker::deleteAll);
        settle("deletion");
        checkLogs();
      }
    }

    private void work() {
      workers.forEach(Worker::start);
      lab.group.run(StoreLab.CALM_MILLIS);
      isCalm = false;
      if (unreliable) {
        lab.unreliable();
      }
      if (partitions) {
        divide();
      }
      if (confChanges) {
        change();
      }
      lab.group.run(StoreLab.ROUND_MILLIS);
      isCalm = true;
      workers.forEach(Worker::stop);
      lab.clearFilters();
      settle("the last answers");
      soon("the last change", () -> !peers.isBusy());
    }

    private void settle(String what) {
      soon(what, () -> workers.stream().allMatch(Worker::isIdle));
    }

    private void soon(String what, BooleanSupplier condition) {
      // Without pre-vote, a member that has not heard of the latest change may campaign without
      // asking the one that it cannot win against, and take the vote that one needs: for 40 s once,
      // in 700 seeds.
      int times = confChanges && !lab.hasPreVote ? 20 : 1;
      lab.within(times * StoreLab.REQUEST_MILLIS, what, condition);
    }

    private void divide() {
      if (isCalm) {
        return;
      }
      List<Long> one = new ArrayList<>();
      List<Long> other = new ArrayList<>();
      for (SimNode node : lab.group.nodes()) {
        (lab.choices().next(2) == 0 ? one : other).add(node.id());
      }
      lab.partition(one, other);
      int lasts = StoreLab.ELECTION_MILLIS + lab.choices().next(StoreLab.MAX_MORE_MILLIS);
      lab.group.later(lasts, this::divide);
    }

    /** Makes one change if the last one is made, and waits a little. */
    private void change() {
      if (isCalm) {
        return;
      }
      int store = 1 + lab.choices().next(SERVERS);
      if (!peers.isBusy() && !peers.has(store)) {
        peers.add(store);
      } else if (!peers.isBusy() && peers.count() > 2) {
        long removed = peers.remove(store);
        retireSoon(removed);
      }
      lab.group.later(1L + lab.choices().next(StoreLab.MAX_MORE_MILLIS), this::change);
    }

    /** A node that is removed goes on for a while, and does not know, or does not want to. */
    private void retireSoon(long node) {
      lab.group.later(
          1L + lab.choices().next(StoreLab.ELECTION_MILLIS * 2),
          () -> {
            if (lab.isMember(node)) {
              retireSoon(node);
            } else {
              lab.group.retire(node);
            }
          });
    }

    private void checkLogs() {
      for (SimNode node : lab.members()) {
        if (gcLimit > 0) {
          assertThat(lab.appliedInLog(node.id())).isLessThanOrEqualTo(2L * gcLimit);
        }
        if (gcBytes > 0) {
          assertThat(node.disk().logBytes()).isLessThanOrEqualTo(2 * gcBytes);
        }
      }
    }
  }
}
