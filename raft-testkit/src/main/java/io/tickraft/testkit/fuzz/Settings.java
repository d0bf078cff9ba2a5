package io.tickraft.testkit.fuzz;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimulationOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.ObjLongConsumer;

/**
 * The settings of a run: the size of the group, its machines, the configuration of its nodes, and
 * the kinds of trouble. A replayed schedule may contain any setting, whether or not the run has the
 * kind of trouble.
 */
final class Settings {

  static final int TICK_MILLIS = 100;

  private static final int[] ELECTION_TICKS = {10, 10, 8, 14};
  private static final int MAX_READ_MILLIS = 300;

  /** More entries than any log of a run has. */
  private static final int MAX_ENTRIES = 1_000_000;

  /** A switch is off if this is 1: in one of three groups. */
  private static final int[] SWITCH = {0, 0, 1};

  private final Choices choices;
  private final Choices settings;
  private final Set<Trouble> troubles;
  private final int nodes;

  /** The numbers chosen so far, by label: each start of a node uses the same settings. */
  private final Map<String, Integer> chosen = new TreeMap<>();

  private boolean areMixed;
  private boolean isLevel;
  private final boolean stepDownOnRemoval;
  private final boolean forwards;
  private final ObjLongConsumer<RaftConfig.Builder> change;

  /**
   * Chooses the settings.
   *
   * @param possible the kinds of trouble that the run may have
   * @param sizes the possible numbers of voters at the beginning
   * @param change changes the configuration of a node after the settings are applied
   */
  Settings(
      Choices choices,
      Set<Trouble> possible,
      List<Integer> sizes,
      ObjLongConsumer<RaftConfig.Builder> change) {
    this.change = change;
    this.choices = choices;
    this.settings = choices.at("settings");
    this.troubles = EnumSet.noneOf(Trouble.class);
    for (Trouble trouble : possible) {
      if (choices.at("troubles").percent(trouble.label(), trouble.percent())) {
        troubles.add(trouble);
      }
    }
    this.nodes = settings.of("nodes", sizes);
    this.stepDownOnRemoval = settings.next("stays when removed", 4) != 3;
    this.forwards = settings.next("forwards proposals", 3) == 2;
  }

  boolean has(Trouble trouble) {
    return troubles.contains(trouble);
  }

  int nodes() {
    return nodes;
  }

  /** Chooses a value: the first one, unless the run has this kind of trouble. */
  private int value(String label, Trouble trouble, Integer... values) {
    return values[settings.upTo(label, has(trouble) ? values.length - 1 : 0, values.length - 1)];
  }

  /** Applies the settings of the machines. */
  void configure(SimulationOptions options) {
    long slowNode = 1L + settings.next("slow node", nodes);
    int slowTicks = value("slow ticks", Trouble.CLOCKS, TICK_MILLIS, TICK_MILLIS, 150, 200);
    int blocking = value("blocking syncs", Trouble.DISKS, 0, 1, 2);
    options
        .seed(settings.next("seed", 1 << 20))
        .maxDriftMillis(value("drift", Trouble.CLOCKS, 0, 5, 30))
        .tickMillis(id -> id == slowNode ? slowTicks : TICK_MILLIS)
        .blocking(id -> blocking == 2 || (blocking == 1 && id == slowNode))
        .diskMillis(0, value("disk millis", Trouble.DISKS, 0, 3, 30, 300))
        .tornWrites(settings.percent("torn", has(Trouble.TORN_WRITES) ? 67 : 0))
        .maxSyncedWritesLost(value("synced writes lost", Trouble.LOST_WRITES, 0, 8, 64))
        .slowReads(value("slow reads", Trouble.SLOW_READS, 0, 10, 50), MAX_READ_MILLIS)
        .acknowledgeMillis(value("acknowledge millis", Trouble.LATE_HOSTS, 0, 0, 10, 100))
        .applyMillis(value("apply millis", Trouble.LATE_HOSTS, 0, 0, 10, 100))
        .maxOutstandingReadys(value("outstanding Readys", Trouble.LATE_HOSTS, 1, 2, 3, 4, 10, 16))
        .snapshotEvery(settings.of("snapshot every", List.of(0, 5, 20)))
        .entriesKept(settings.of("entries kept", List.of(0, 3, 10)))
        .keepState(settings.next("state is kept", 3) == 2)
        .separateState(settings.percent("separate state", has(Trouble.CRASHES) ? 50 : 0))
        .maxEntriesPerRead(value("entries per read", Trouble.SLOW_READS, MAX_ENTRIES, 1, 3))
        .acknowledgesTogether(settings.percent("together", has(Trouble.LATE_HOSTS) ? 33 : 0))
        .advances(settings.next("advances", 3) == 2)
        .reports(value("reports", Trouble.REPORTS, 0, 100, 30));
  }

  /** Gives each node that is started from now on the shared settings of its group. */
  void level() {
    isLevel = true;
  }

  /** Returns whether started nodes may differ in settings that all nodes should share. */
  boolean areMixed() {
    return areMixed && !isLevel;
  }

  /** Applies the settings of a node. */
  void configure(RaftConfig.Builder config, long id) {
    config
        .preVote(isOn("pre-vote", id))
        .checkQuorum(isOn("quorum check", id))
        .stepDownOnRemoval(stepDownOnRemoval)
        .forwardProposals(forwards)
        .acceptForwardedProposals(forwards)
        .priority(settingOf("priority", id, 0, 0, 1, 2))
        .electionTicks(shared("election ticks", id, ELECTION_TICKS))
        .heartbeatTicks(shared("heartbeat ticks", id, 1, 1, 3))
        .snapshotTicks(settingOf("snapshot ticks", id, 20, 5, 100))
        .readTimeoutTicks(settingOf("read ticks", id, 10, 10, 1))
        .maxPersistTicks(settingOf("persist ticks", id, 100, 15, 30));
    limit("append bytes", id, config::maxAppendBytes, 64, 200);
    limit("appends in flight", id, config::maxInflightAppends, 1, 2);
    limit("bytes in flight", id, config::maxInflightBytes, 100);
    limit("committed bytes", id, config::maxCommittedBytesPerReady, 100);
    limit("uncommitted bytes", id, config::maxUncommittedBytes, 60);
    limit("uncommitted entries", id, config::maxUncommittedEntries, 2);
    limit("unstable bytes", id, config::maxUnstableBytes, 400);
    limit("outbox", id, config::maxOutboxMessages, 12);
    limit("outbox bytes", id, config::maxOutboxBytes, 500);
    limit("pending reads", id, config::maxPendingReads, 3);
    change.accept(config, id);
  }

  /** Returns the configuration of a node that is started now. */
  RaftConfig of(long id) {
    RaftConfig.Builder config = RaftConfig.builder(id).incarnation(1);
    configure(config, id);
    return config.build();
  }

  /**
   * Returns whether a switch of a node is on. In a mixed group some nodes differ from the others.
   */
  private boolean isOn(String name, long id) {
    boolean on = settingOf(name + " off", SWITCH) == 0;
    if (isLevel) {
      return on;
    }
    boolean differs = differs(name, id);
    areMixed |= differs;
    return on != differs;
  }

  private boolean differs(String name, long id) {
    int percent = has(Trouble.MIXED_SETTINGS) ? 33 : 0;
    return chosen.computeIfAbsent(
            name + " of " + id, key -> own(id).percent("other " + name, percent) ? 1 : 0)
        == 1;
  }

  private Choices own(long id) {
    return choices.at("settings of node %", id);
  }

  /** Returns a setting of all nodes of the group. */
  private int settingOf(String label, int... values) {
    return values[chosen.computeIfAbsent(label, l -> settings.next(l, values.length))];
  }

  /** Returns a setting of a node: that of its group, or in a mixed group perhaps its own. */
  private int settingOf(String label, long id, int... values) {
    if (!differs(label, id)) {
      return settingOf(label, values);
    }
    return values[
        chosen.computeIfAbsent(
            "own " + label + " of " + id, key -> own(id).next("own " + label, values.length))];
  }

  /** Returns a setting of a node that all nodes of a group should share. */
  private int shared(String label, long id, int... values) {
    int common = settingOf(label, values);
    if (isLevel) {
      return common;
    }
    int own = settingOf(label, id, values);
    areMixed |= own != common;
    return own;
  }

  private void limit(String label, long id, IntConsumer limit, int... values) {
    int most = values.length;
    int usual = has(Trouble.SMALL_LIMITS) ? most : 0;
    int number = chosen.computeIfAbsent(label, l -> settings.upTo(l, usual, most));
    if (differs(label, id)) {
      number =
          chosen.computeIfAbsent(
              "own " + label + " of " + id, key -> own(id).next("own " + label, 1 + most));
    }
    if (number > 0) {
      limit.accept(values[number - 1]);
    }
  }
}
