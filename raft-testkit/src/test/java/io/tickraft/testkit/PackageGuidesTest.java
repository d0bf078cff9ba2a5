package io.tickraft.testkit;

import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.StorageContract;
import io.tickraft.testkit.contract.TestedStore;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.FailureReport;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Shrinker;
import io.tickraft.testkit.fuzz.Shrunk;
import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.LinearizabilityChecker;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.message.Envelope;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.StateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guides of the exported packages, in their {@code package-info}: each has code, and the code
 * is compiled and run.
 */
@SuppressWarnings("ClassCanBeStatic") // The classes are the code of the guides, word for word.
final class PackageGuidesTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path TESTS = MODULE.resolve("src/test/java/io/tickraft/testkit");
  private static final Pattern EXPORT = Pattern.compile("(?m)^  exports ([\\w.]+);$");
  private static final Pattern BLOCK =
      Pattern.compile("(?s) \\* <pre>\\{@code\n(.*?)\n \\* }</pre>");
  private static final String SCENARIO = "cluster ";

  // The guides.

  private static List<Path> guides() throws IOException {
    List<Path> guides = new ArrayList<>();
    for (String module : List.of("raft-core", "raft-testkit")) {
      Path sources = MODULE.resolve("../" + module + "/src/main/java");
      EXPORT
          .matcher(Files.readString(sources.resolve("module-info.java")))
          .results()
          .map(export -> sources.resolve(export.group(1).replace('.', '/')))
          .forEach(directory -> guides.add(directory.resolve("package-info.java")));
    }
    return guides;
  }

  @ParameterizedTest
  @MethodSource("guides")
  void eachSnippetIsCompiledAndRun(Path guide) throws IOException {
    List<String> snippets =
        BLOCK.matcher(Files.readString(guide)).results().map(PackageGuidesTest::codeOf).toList();
    assertThat(snippets).isNotEmpty();
    String sources = sources();
    for (String snippet : snippets) {
      if (snippet.startsWith(SCENARIO)) {
        Scenario.parse(guide.toString(), snippet).check();
      } else {
        assertThat(sources).contains(withoutIndent(snippet.lines()));
      }
    }
  }

  private static String codeOf(MatchResult block) {
    return block.group(1).lines().map(line -> line.replaceFirst("^ \\* ?", "")).collect(lines());
  }

  private static Collector<CharSequence, ?, String> lines() {
    return Collectors.joining("\n", "", "\n");
  }

  private static String withoutIndent(Stream<String> lines) {
    return lines.map(String::strip).filter(line -> !line.isEmpty()).collect(lines());
  }

  private static String sources() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path directory : List.of(TESTS, TESTS.resolve("manual"))) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          text.append(Files.readString(file));
        }
      }
    }
    return withoutIndent(text.toString().lines());
  }

  // io.tickraft.core

  final class Host {
    private final MemoryStorage storage = MemoryStorage.bootstrapped(1);
    private final List<String> machine = new ArrayList<>();
    private final RawNode node;

    Host() {
      RaftConfig config = RaftConfig.builder(1).incarnation(1).seed(42).build();
      node = RawNode.open(config, storage);
      node.campaign(); // Optional: saves the election timeout.
      work();
    }

    void propose(String command) {
      node.propose(ByteString.copyFromUtf8(command));
      work();
    }

    private void work() {
      while (node.hasReady()) {
        Ready ready = node.ready();
        send(ready.messages());
        storage.persist(ready);
        send(ready.messagesAfterPersist());
        ready.committedEntries().forEach(this::apply);
        node.advance(ready);
      }
    }

    private void apply(Entry entry) {
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        machine.add(entry.getData().toStringUtf8());
      }
    }
  }

  private static void send(List<Message> messages) {
    assertThat(messages).isEmpty();
  }

  @Test
  void aHostAppliesWhatIsProposed() {
    Host host = new Host();
    host.propose("x = 1");
    host.propose("x = 2");
    assertThat(host.machine).containsExactly("x = 1", "x = 2");
  }

  // io.tickraft.testkit.assertion

  @Test
  void ofAssertions() {
    NodeFixture node = NodeFixture.node(1).voters(1, 2, 3).log(1, 2, 2).term(3).asFollower(2);

    node.step(append(fromNode(2).to(1).term(3)).prev(2, 4).entries(entry(3, 5, "a")).commit(4));

    Ready ready = node.ready();
    assertThat(ready).hasHardState(3, 0, 4).hasEntries(entry(3, 5, "a")).mustSync();
    assertThat(ready)
        .sendsAfterPersist(appendResponse(fromNode(1).to(2).term(3)).accepted(5).commit(4));
    assertThat(node.status()).isFollowerOf(2).hasTerm(3).hasLast(3, 5);
  }

  // io.tickraft.testkit.message

  @Test
  void ofMessages() {
    Envelope fromLeader = fromNode(2).to(1).term(3);

    Message append =
        append(fromLeader).prev(2, 5).entries(entry(3, 6, "a"), noOp(3, 7)).commit(4).build();
    Message refusal =
        voteResponse(fromNode(1).to(2).term(3)).rejected(VOTE_REJECT_REASON_LOG_BEHIND).build();

    assertThat(append.getAppend().getEntriesCount()).isEqualTo(2);
    assertThat(refusal).refusesVote();
  }

  // io.tickraft.testkit.fixture

  @Test
  void ofFixtures() {
    NodeFixture candidate = NodeFixture.node(1).voters(1, 2, 3).log(1, 2).term(3).asCandidate();

    candidate.step(voteResponse(fromNode(2).to(1).term(3)).granted());

    assertThat(candidate.status()).isLeader().hasTerm(3);
    assertThat(candidate.ready()).hasEntries(noOp(3, 4));
  }

  // io.tickraft.testkit.contract

  private record MyStore(MemoryStorage storage) implements TestedStore {

    MyStore(long... voters) {
      this(voters.length == 0 ? new MemoryStorage() : MemoryStorage.bootstrapped(voters));
    }

    @Override
    public void persist(Ready ready) {
      storage.persist(ready);
    }

    @Override
    public void close() {}
  }

  @Nested
  final class MyStorageTest extends StorageContract {
    @Override
    protected TestedStore create(long... voters) {
      return new MyStore(voters);
    }
  }

  // io.tickraft.testkit.oracle

  final class ShortCommands implements Oracle {
    @Override
    public void applied(long node, Entry entry) {
      if (entry.getData().size() > 100) {
        throw new OracleViolation("short commands", "node " + node + " applies " + entry);
      }
    }
  }

  @Test
  void ofAnOracle() {
    Fuzz fuzz =
        Fuzz.ofAnyGroup().oracles(() -> new Oracles(List.of(Oracles.all(), new ShortCommands())));

    assertThatCode(() -> fuzz.commands((n, c) -> ByteString.EMPTY).run(Choices.random(1)))
        .doesNotThrowAnyException();
    ByteString longCommand = ByteString.copyFromUtf8("a".repeat(101));
    assertThatThrownBy(() -> fuzz.commands((n, c) -> longCommand).run(Choices.random(1)))
        .isInstanceOf(OracleViolation.class)
        .hasMessageStartingWith("short commands is violated");
  }

  // io.tickraft.testkit.sim

  @Test
  void ofSimulations() {
    long seed = 1;

    Simulation group =
        Simulation.of(3)
            .diskMillis(1, 5)
            .machines(id -> new CommandLog())
            .start(Choices.random(seed));
    group.network().conditions(Conditions.RELIABLE.withDelay(1, 20).withLoss(5));
    group.run(3_000);
    group.crash(1);
    group.run(3_000);
    group.restart(1);

    assertThat(group.nodes()).hasSize(3);
  }

  // io.tickraft.testkit.fuzz

  /** Forgets the first command after each start. */
  private static final class Forgetful implements StateMachine {
    private final CommandLog log = new CommandLog();
    private boolean hasForgotten;

    @Override
    public void apply(Entry entry) {
      if (hasForgotten || entry.getType() != EntryType.ENTRY_TYPE_COMMAND) {
        log.apply(entry);
      } else {
        hasForgotten = true;
      }
    }

    @Override
    public ByteString save() {
      return log.save();
    }

    @Override
    public void restore(Snapshot snapshot) {
      log.restore(snapshot);
    }
  }

  @Test
  void ofFailures() {
    Fuzz fuzz = Fuzz.ofAnyGroup().machines(Forgetful::new);

    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= 50; seed++) {
                check(fuzz, seed);
              }
            })
        .hasMessageContaining("Shrunk from");
  }

  private static void check(Fuzz fuzz, long seed) {
    Choices choices = Choices.random(seed);
    Optional<Failure> failure = Failure.of(fuzz, choices);
    if (failure.isPresent()) {
      Shrunk shrunk = new Shrinker(fuzz).shrink(choices.record());
      int before = choices.record().size();
      throw new AssertionError(FailureReport.of("seed " + seed, before, shrunk, fuzz).text());
    }
  }

  // io.tickraft.testkit.history

  @Test
  void ofHistories() {
    HistoryRecorder<String, Long> recorder = new HistoryRecorder<>(new Clock()::next);
    recorder.begin(1, "increment").ok(1L);
    recorder.begin(2, "get").ok(1L);

    Model<Long, String, Long> counter =
        Model.of(
            0L,
            (value, input) -> {
              long next = input.equals("get") ? value : value + 1;
              return new Model.Step<>(next, next);
            });
    new LinearizabilityChecker<>(counter).verify(recorder.history());
  }

  private static final class Clock {
    private long now;

    long next() {
      return ++now;
    }
  }
}
