package io.tickraft.testkit.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.contract.HostWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/embedding.md shows works, and what it lists is complete. */
final class EmbeddingGuideTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path GUIDE = MODULE.resolve("../docs/embedding.md");
  private static final List<Path> SOURCES =
      List.of(
          MODULE.resolve("../examples/src/main/java/io/tickraft/examples/kv"),
          MODULE.resolve("../examples/counter/src/main/java/io/tickraft/examples/counter"),
          MODULE.resolve("src/test/java/io/tickraft/testkit"),
          MODULE.resolve("src/test/java/io/tickraft/testkit/guide"));
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(#[^)]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  // The text.

  @Test
  void eachSnippetIsCompiledAndRun() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (Path directory : SOURCES) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          sources.append(Files.readString(file));
        }
      }
    }
    String code = withoutIndent(sources.toString());
    assertThat(BLOCK.matcher(Files.readString(GUIDE)).results())
        .filteredOn(block -> block.group(1).equals("java"))
        .hasSizeGreaterThan(10)
        .allSatisfy(block -> assertThat(code).contains(withoutIndent(block.group(2))));
  }

  private static String withoutIndent(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void eachLinkLeadsSomewhere() throws IOException {
    String guide = Files.readString(GUIDE);
    Set<String> anchors =
        HEADING
            .matcher(guide)
            .results()
            .map(heading -> "#" + heading.group(1).toLowerCase(Locale.ROOT))
            .map(heading -> heading.replaceAll("[^\\w #-]", "").replace(' ', '-'))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(LINK.matcher(guide).results())
        .filteredOn(link -> !link.group(1).contains("://"))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            link -> {
              if (link.group(1).isEmpty()) {
                assertThat(anchors).contains(link.group(2));
              } else {
                assertThat(GUIDE.resolveSibling(link.group(1))).exists();
              }
            });
  }

  /** Returns the rows of the table whose first column has this head, as cells. */
  private static List<List<String>> table(String head) throws IOException {
    return Files.readString(GUIDE)
        .lines()
        .dropWhile(line -> !line.startsWith("| " + head + " |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("| "))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  @Test
  void listsEachSettingWithItsDefault() throws IOException, ReflectiveOperationException {
    RaftConfig defaults = RaftConfig.builder(1).build();
    Map<String, String> shown = new TreeMap<>();
    for (List<String> row : table("setting")) {
      shown.put(row.get(0).replace("`", ""), row.get(1));
    }
    Map<String, String> expected = new TreeMap<>();
    for (var setter : RaftConfig.Builder.class.getMethods()) {
      String name = setter.getName();
      if (setter.getReturnType() == RaftConfig.Builder.class && !name.equals("observer")) {
        expected.put(name, text(RaftConfig.class.getMethod(name).invoke(defaults), name));
      }
    }
    assertThat(shown).isEqualTo(expected);
  }

  private static String text(Object value, String name) {
    if (value instanceof Boolean on) {
      return on ? "on" : "off";
    }
    long number = ((Number) value).longValue();
    String unit = "";
    if (name.contains("Bytes")) {
      number >>= 20;
      unit = " MiB";
    } else if (name.contains("Ticks")) {
      unit = " ticks";
    }
    return String.format(Locale.ROOT, "%,d", number) + unit;
  }

  @Test
  void listsEachEvent() throws IOException {
    assertThat(table("event"))
        .flatExtracting(row -> Arrays.asList(row.get(0).replace("`", "").split(", ", -1)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(RaftEvent.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .toList());
  }

  // The code.

  /** Hosts in memory with a network that delivers everything at once. */
  private static final class Group {
    final Map<Long, GuideHost> hosts = new TreeMap<>();
    final ArrayDeque<Message> inFlight = new ArrayDeque<>();
    Predicate<Message> isLost = message -> false;
    final List<ByteString> fetched = new ArrayList<>();

    Group(long... voters) {
      for (long id : voters) {
        MemoryStorage storage = new MemoryStorage();
        GuideHost.bootstrap(storage, voters);
        add(id, storage);
      }
    }

    GuideHost add(long id, MemoryStorage storage) {
      GuideHost host =
          new GuideHost(
              id,
              1,
              storage,
              inFlight::add,
              (reference, then) -> {
                fetched.add(reference);
                then.run();
              });
      hosts.put(id, host);
      return host;
    }

    GuideHost get(long id) {
      return hosts.get(id);
    }

    /** Makes a node the leader. */
    GuideHost elect(long id) {
      get(id).node.campaign();
      get(id).work();
      deliver();
      assertThat(get(id).node.role()).isEqualTo(RoleName.LEADER);
      return get(id);
    }

    void deliver() {
      while (!inFlight.isEmpty()) {
        Message message = inFlight.remove();
        GuideHost host = hosts.get(message.getTo());
        if (host != null && !host.isStopped && !isLost.test(message)) {
          host.receive(message);
        }
      }
    }

    void tick() {
      for (GuideHost host : hosts.values()) {
        host.node.tick();
        host.work();
      }
      deliver();
    }
  }

  /** Writes down what it is told. */
  private static final class Recorder implements GuideHost.Client, GuideHost.Query {
    final List<String> told = new ArrayList<>();

    @Override
    public void done() {
      told.add("done");
    }

    @Override
    public void failed(String why) {
      told.add(why);
    }

    @Override
    public void unknown() {
      told.add("unknown");
    }

    @Override
    public void tryAt(long leader) {
      told.add("try at " + leader);
    }

    @Override
    public void answer(List<String> machine) {
      told.add(machine.toString());
    }

    @Override
    public void retry(long leader) {
      told.add("retry at " + leader);
    }
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void aCommandIsAppliedEverywhereAndItsClientIsTold() {
    Group group = new Group(1, 2, 3);
    Recorder client = new Recorder();
    group.elect(1).propose(bytes("a"), client);
    group.deliver();
    assertThat(client.told).containsExactly("done");
    assertThat(group.hosts.values()).allSatisfy(host -> assertThat(host.machine).contains("a"));
  }

  @Test
  void aClientOfAFollowerIsSentToTheLeader() {
    Group group = new Group(1, 2, 3);
    group.elect(1);
    Recorder client = new Recorder();
    group.get(2).propose(bytes("a"), client);
    assertThat(client.told).containsExactly("try at 1");
  }

  @Test
  void aCommandThatWasOverwrittenIsReportedAsLost() {
    Group group = new Group(1, 2, 3);
    GuideHost old = group.elect(1);
    group.isLost = message -> message.getFrom() == 1 || message.getTo() == 1;
    Recorder client = new Recorder();
    old.propose(bytes("a"), client);
    group.deliver();
    assertThat(client.told).isEmpty();

    for (int i = 0; i < 30; i++) {
      group.tick();
    }
    group.isLost = message -> false;
    for (int i = 0; i < 30; i++) {
      group.tick();
    }
    assertThat(client.told).containsExactly("not applied: send it again");
  }

  @Test
  void aReadSeesWhatWasAcknowledgedBefore() {
    Group group = new Group(1, 2, 3);
    Recorder client = new Recorder();
    group.elect(1).propose(bytes("a"), client);
    group.deliver();
    group.get(3).read(client);
    group.deliver();
    assertThat(client.told).containsExactly("done", "[a]");
  }

  @Test
  void aReadThatCannotBeConfirmedIsTriedAgain() {
    Group group = new Group(1, 2, 3);
    group.elect(1);
    group.isLost = message -> message.getFrom() == 1;
    Recorder client = new Recorder();
    group.get(3).read(client);
    for (int i = 0; i < 30; i++) {
      group.tick();
    }
    assertThat(client.told).hasSize(1).first().asString().startsWith("retry at");
  }

  @Test
  void aLeaderHandsOverBeforeItStops() {
    Group group = new Group(1, 2, 3);
    GuideHost leader = group.elect(1);
    leader.shutDown();
    assertThat(leader.isStopped).isFalse();
    group.deliver();
    assertThat(leader.isStopped).isTrue();
    assertThat(group.hosts.values()).anyMatch(host -> host.node.role() == RoleName.LEADER);
  }

  @Test
  void aFollowerStopsAtOnce() {
    Group group = new Group(1, 2, 3);
    group.elect(1);
    group.get(2).shutDown();
    assertThat(group.get(2).isStopped).isTrue();
  }

  @Test
  void aNodeSeesItsOwnRemoval() {
    Group group = new Group(1, 2, 3);
    GuideHost leader = group.elect(1);
    leader.node.proposeConfChange(ConfChanges.remove(3).build());
    leader.work();
    group.deliver();
    assertThat(group.get(3).isRemoved).isTrue();
    assertThat(group.get(2).isRemoved).isFalse();
  }

  @Test
  void aNodeThatJoinsDoesNotTakeItselfForRemoved() {
    Group group = new Group(1, 2, 3);
    GuideHost leader = group.elect(1);
    group.add(4, new MemoryStorage());
    List<Message> whileRemoved = new ArrayList<>();
    group.isLost =
        message -> {
          if (group.get(4).isRemoved) {
            whileRemoved.add(message);
          }
          return false;
        };
    leader.node.proposeConfChange(ConfChanges.addLearner(4).build());
    leader.work();
    group.deliver();
    group.tick();
    group.tick();
    assertThat(group.get(4).isRemoved).isFalse();
    assertThat(whileRemoved).isEmpty();
  }

  @Test
  void aMemberOfEitherHalfOfAJointConfigurationIsAMember() {
    ConfState joint =
        ConfState.newBuilder().addVoters(1).addVotersOutgoing(2).addLearnersNext(3).build();
    assertThat(Stream.of(1, 2, 3, 4).map(id -> GuideHost.isMember(joint, id)))
        .containsExactly(true, true, true, false);
  }

  @Test
  void aJoinerFetchesTheSnapshotByItsReference() {
    Group group = new Group(1, 2, 3);
    GuideHost leader = group.elect(1);
    leader.propose(bytes("a"), new Recorder());
    group.deliver();
    leader.compact();

    group.add(4, new MemoryStorage());
    leader.node.proposeConfChange(ConfChanges.addLearner(4).build());
    leader.work();
    group.deliver();
    group.tick();
    group.tick();
    assertThat(group.get(4).machine).containsExactly("a");
    assertThat(group.fetched).containsExactly(bytes("a"));
  }

  @Test
  void aLogIsCompactedUpToTheSlowestMemberThatIsHeard() {
    Group group = new Group(1, 2, 3);
    GuideHost leader = group.elect(1);
    group.isLost = message -> message.getTo() == 3;
    for (int i = 0; i < 20; i++) {
      leader.propose(bytes("command " + i), new Recorder());
      group.deliver();
    }
    leader.compact();
    leader.compact();
    long match =
        leader.node.status().peers().stream()
            .filter(peer -> peer.id() == 3)
            .mapToLong(PeerStatus::matchIndex)
            .sum();
    assertThat(leader.storage.firstIndex()).isEqualTo(match + 1);
    assertThat(leader.storage.lastIndex()).isGreaterThan(match + 10);
  }

  @Test
  void aFailedSnapshotIsReported() {
    Group group = new Group(1, 2, 3);
    GuideHost leader = group.elect(1);
    leader.propose(bytes("a"), new Recorder());
    group.deliver();
    leader.compact();
    group.add(4, new MemoryStorage());
    leader.node.proposeConfChange(ConfChanges.addLearner(4).build());
    leader.work();

    List<Message> snapshots = new ArrayList<>();
    group.isLost =
        message -> {
          if (message.hasInstallSnapshot()) {
            snapshots.add(message);
            leader.snapshotSent(message, false);
          }
          return message.hasInstallSnapshot();
        };
    group.deliver();
    for (int i = 0; i < 5 && snapshots.size() < 2; i++) {
      group.tick();
    }
    assertThat(snapshots).hasSizeGreaterThan(1);
    assertThat(snapshots.get(1).getInstallSnapshot().getAttempt())
        .isGreaterThan(snapshots.get(0).getInstallSnapshot().getAttempt());
  }

  @Test
  void aNewGroupStartsFromTheStateOfTheLastNode() {
    MemoryStorage storage = GuideHost.recovered(bytes("a\nb"), 11);
    Group group = new Group();
    group.add(11, storage);
    Recorder client = new Recorder();
    group.elect(11).propose(bytes("c"), client);
    assertThat(group.get(11).machine).containsExactly("a", "b", "c");
    assertThat(client.told).containsExactly("done");
  }

  @Test
  void aStorageWithContentIsNotBootstrapped() {
    MemoryStorage storage = new MemoryStorage();
    GuideHost.bootstrap(storage, 1, 2, 3);
    GuideHost.bootstrap(storage, 4);
    assertThat(storage.snapshot().snapshot().getMetadata().getConfState().getVotersList())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void aRepeatedRequestIsAppliedOnce() {
    Sessions sessions = new Sessions();
    List<String> applied = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ByteString reply =
          sessions.apply(
              7,
              1,
              () -> {
                applied.add("add");
                return bytes("5");
              });
      assertThat(reply).isEqualTo(bytes("5"));
    }
    assertThat(applied).containsExactly("add");
  }

  @Test
  void eventsAreCounted() {
    GuideMetrics metrics = new GuideMetrics();
    RaftConfig config = RaftConfig.builder(1).incarnation(1).observer(metrics).build();
    RawNode node = RawNode.open(config, MemoryStorage.bootstrapped(1, 2, 3));
    node.step(Message.newBuilder().setFrom(2).setTo(9).build());
    node.hasReady();
    assertThat(metrics.counts).containsEntry("MessageDropped.MISDELIVERED", 1L);
  }

  // Many groups.

  /** A log that a crash cuts after the last record that is synced. */
  private static final class CountingLog implements GuideGroups.SharedLog {
    private final Map<Long, MemoryStorage> synced = new TreeMap<>();
    private final List<Runnable> unsynced = new ArrayList<>();
    int syncs;

    CountingLog(long... groups) {
      for (long group : groups) {
        synced.put(group, MemoryStorage.bootstrapped(1));
      }
    }

    @Override
    public void append(long group, Ready ready) {
      unsynced.add(() -> synced.get(group).persist(ready));
    }

    @Override
    public void sync() {
      syncs++;
      unsynced.forEach(Runnable::run);
      unsynced.clear();
    }
  }

  private static GuideGroups groups(CountingLog log, long boots, LongConsumer unknown) {
    GuideGroups groups = new GuideGroups(log, message -> {}, unknown);
    log.unsynced.clear(); // The rest was lost when the process died.
    log.synced.forEach(
        (group, storage) ->
            groups.open(
                RaftConfig.builder(1).group(group).incarnation(boots).build(), storage.copy()));
    return groups;
  }

  @Test
  void aMessageGoesToTheNodeOfItsGroup() {
    List<Long> unknown = new ArrayList<>();
    GuideGroups groups = groups(new CountingLog(7), 1, unknown::add);
    for (int i = 0; i < 30; i++) {
      groups.tick();
    }
    groups.receive(Message.newBuilder().setGroup(8).build());
    assertThat(unknown).containsExactly(8L);
    assertThat(groups.turn()).isTrue();
  }

  @Test
  void oneSyncIsEnoughForAllGroupsThatAreReady() {
    CountingLog log = new CountingLog(7, 8, 9);
    GuideGroups groups = groups(log, 1, group -> {});
    groups.nodes.values().forEach(RawNode::campaign);
    assertThat(groups.turn()).isTrue();
    assertThat(log.syncs).isEqualTo(1);
    while (groups.turn()) {}

    int before = log.syncs;
    groups.nodes.forEach((group, node) -> node.propose(bytes("command of " + group)));
    while (groups.turn()) {}

    assertThat(log.syncs).isEqualTo(before + 1);
    assertThat(groups.machines.get(8L)).containsExactly("command of 8");
  }

  @Test
  void whatWasAcknowledgedInASharedLogSurvivesACrash() {
    CountingLog log = new CountingLog(7, 8, 9);
    GuideGroups groups = groups(log, 1, group -> {});
    groups.nodes.values().forEach(RawNode::campaign);
    while (groups.turn()) {}
    groups.nodes.forEach((group, node) -> node.propose(bytes("command of " + group)));
    while (groups.turn()) {}

    GuideGroups restarted = groups(log, 2, group -> {});
    restarted.nodes.values().forEach(RawNode::campaign);
    while (restarted.turn()) {}

    assertThat(restarted.machines).isEqualTo(groups.machines);
  }

  // A loop that is watched, and the formats of its snapshots.

  private static final GuideLoop.Version OLD = new GuideLoop.Version(1, 1);
  private static final GuideLoop.Version NEW_THAT_WRITES_OLD = new GuideLoop.Version(2, 1);
  private static final GuideLoop.Version NEW = new GuideLoop.Version(2, 2);

  /** Loops in memory, all watched, with a network that delivers everything at once. */
  private static final class Loops {
    final HostWatch watch = new HostWatch().requireReports();
    final Map<Long, GuideLoop> loops = new TreeMap<>();
    final ArrayDeque<Message> inFlight = new ArrayDeque<>();
    private int boots;

    Loops(GuideLoop.Version version, long... ids) {
      for (long id : ids) {
        start(id, MemoryStorage.bootstrapped(ids), version);
      }
    }

    GuideLoop start(long id, MemoryStorage storage, GuideLoop.Version version) {
      RaftConfig config =
          RaftConfig.builder(id).incarnation(++boots).snapshotTicks(SNAPSHOT_TICKS).build();
      GuideLoop loop =
          new GuideLoop(config, storage, LoopNode.watchedBy(watch), version, inFlight::add);
      loops.put(id, loop);
      return loop;
    }

    GuideLoop restart(long id, GuideLoop.Version version) {
      return start(id, loops.get(id).storage, version);
    }

    GuideLoop leader() {
      return loops.values().stream()
          .filter(loop -> loop.node.status().role() == RoleName.LEADER)
          .findFirst()
          .orElseThrow();
    }

    void propose(String command) {
      leader().node.propose(bytes(command));
      leader().work();
      tick(2);
    }

    void tick(int ticks) {
      for (int i = 0; i < ticks; i++) {
        for (GuideLoop loop : loops.values()) {
          loop.node.tick();
          loop.work();
        }
        while (!inFlight.isEmpty()) {
          Message message = inFlight.remove();
          GuideLoop to = loops.get(message.getTo());
          if (to != null) {
            to.receive(message);
          }
        }
      }
    }
  }

  private static final int SNAPSHOT_TICKS = 20;

  /** Three nodes of a version, which have applied a command. */
  private static Loops three(GuideLoop.Version version) {
    Loops group = new Loops(version, 1, 2, 3);
    group.tick(60);
    group.propose("a");
    assertThat(group.loops.values()).allSatisfy(l -> assertThat(l.machine).containsExactly("a"));
    return group;
  }

  /** Adds a node with an empty storage, which needs a snapshot of the leader. */
  private static GuideLoop join(Loops group, GuideLoop.Version version) {
    group.leader().saveSnapshot();
    GuideLoop joiner = group.start(4, new MemoryStorage(), version);
    group.leader().node.proposeConfChange(ConfChanges.addLearner(4).build());
    group.leader().work();
    group.tick(3);
    return joiner;
  }

  @Test
  void aLoopThatKeepsTheContractPassesAWatch() {
    Loops group = three(OLD);
    assertThat(join(group, OLD).machine).containsExactly("a");
    group.watch.check();
  }

  @Test
  void aLoopThatForgetsToPersistIsReportedByAWatch() {
    HostWatch watch = new HostWatch();
    GuideLoop loop =
        new GuideLoop(
            RaftConfig.builder(1).incarnation(1).build(),
            MemoryStorage.bootstrapped(1),
            LoopNode.watchedBy(watch),
            OLD,
            message -> {}) {
          @Override
          void persist(Ready ready) {
            ready.hardState().ifPresent(storage::setHardState);
          }
        };
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 30; i++) {
                loop.node.tick();
                loop.work();
              }
            })
        .hasMessageContaining("breaks the rule IN_THE_STORAGE_WHEN_ACKNOWLEDGED")
        .hasMessageContaining("call:     WatchedNode.advance in " + LoopNode.class.getName())
        .hasMessageContaining(", called in " + GuideLoop.class.getName() + ".work(GuideLoop.java:");
    assertThatThrownBy(watch::check).hasMessageContaining("IN_THE_STORAGE_WHEN_ACKNOWLEDGED");
  }

  @Test
  void theSameLoopRunsOnANodeThatIsNotWatched() {
    GuideLoop loop =
        new GuideLoop(
            RaftConfig.builder(1).incarnation(1).build(),
            MemoryStorage.bootstrapped(1),
            LoopNode::raw,
            OLD,
            message -> {});
    for (int i = 0; i < 30; i++) {
      loop.node.tick();
      loop.work();
    }
    loop.node.propose(bytes("a"));
    loop.work();
    assertThat(loop.machine).containsExactly("a");
  }

  @Test
  void aNewVersionThatWritesTheOldFormatCanLeadNodesOfTheOldVersion() {
    Loops group = three(NEW_THAT_WRITES_OLD);
    assertThat(join(group, OLD).machine).containsExactly("a");
  }

  @Test
  void aNewVersionStartsFromASnapshotOfTheOldFormat() {
    Loops group = three(OLD);
    group.loops.get(2L).saveSnapshot();
    assertThat(group.restart(2, NEW_THAT_WRITES_OLD).machine).containsExactly("a");
  }

  @Test
  void aSnapshotThatANodeCannotReadIsSentAgainAndInstalledAfterItsUpgrade() {
    Loops group = three(NEW);
    GuideLoop joiner = join(group, OLD);
    List<Integer> sentAgain = new ArrayList<>();
    for (int tick = 1; tick <= 5 * SNAPSHOT_TICKS; tick++) {
      int before = joiner.alerts.size();
      group.tick(1);
      if (joiner.alerts.size() > before) {
        sentAgain.add(tick);
      }
    }
    int attempts = sentAgain.size();
    assertThat(sentAgain.get(attempts - 1) - sentAgain.get(attempts - 2)).isEqualTo(SNAPSHOT_TICKS);
    assertThat(joiner.alerts)
        .containsOnly("a snapshot of format 2 from node " + group.leader().node.status().id());
    assertThat(joiner.machine).isEmpty();

    GuideLoop upgraded = group.restart(4, NEW);
    group.tick(2 * SNAPSHOT_TICKS);

    assertThat(upgraded.machine).containsExactly("a");
    group.watch.check();
  }

  @Test
  void aNodeGoesBackOnceItsSnapshotHasTheOldFormatAgain() {
    Loops group = three(NEW);
    group.loops.get(2L).saveSnapshot();
    assertThatThrownBy(() -> group.restart(2, OLD)).hasMessage("the snapshot is of format 2");

    group.restart(2, NEW_THAT_WRITES_OLD);
    group.tick(60);
    group.propose("b");
    group.loops.get(2L).saveSnapshot();

    assertThat(group.restart(2, OLD).machine).containsExactly("a", "b");
  }
}
