package io.tickraft.testkit.cli;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.cli.trial.ClassPath;
import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.explore.Counterexample;
import io.tickraft.testkit.explore.EventKind;
import io.tickraft.testkit.explore.Exploration;
import io.tickraft.testkit.explore.NamedExploration;
import io.tickraft.testkit.explore.Ordering;
import io.tickraft.testkit.explore.Prelude;
import io.tickraft.testkit.fuzz.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Explores all orderings within bounds. */
@Command(
    name = "explore",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Tries every ordering of what may happen to a small group, within bounds, and checks every "
          + "promise in each state. Without options: all named explorations.",
      "A broken promise is shown by a run with as few events as possible. Ctrl-C ends with what "
          + "was explored so far.",
      "",
      "Own bounds:",
      "  explore --nodes 3 --leader --allow propose=1 --allow campaign=1 --allow crash=1",
      ""
    })
final class ExploreCommand implements Callable<Integer> {

  private static final double NANOS_IN_SECOND = 1e9;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--set",
      paramLabel = "NAME",
      split = ",",
      description = "Only these named explorations.")
  private List<String> sets = List.of();

  @Option(names = "--list", description = "Explore nothing: list the named explorations.")
  private boolean list;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "An exploration of one's own, of a group of N voters.")
  private Optional<Integer> nodes = Optional.empty();

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description =
          "An exploration of one's own: a public class with a public constructor without parameters "
              + "that is a Supplier of an Exploration.")
  private Optional<String> ownClass = Optional.empty();

  @Mixin private ClassPath classPath = new ClassPath();

  @Option(
      names = "--allow",
      paramLabel = "EVENT=N",
      description =
          "At most so many events of a kind: duplicate, campaign, tick, forget-leader, propose, "
              + "read, transfer, compact, unreachable, crash, entries-not-yet or snapshot-not-yet."
              + " Default: none.")
  private Map<String, Integer> allowed = new LinkedHashMap<>();

  @Option(names = "--leader", description = "Node 1 leads before the exploration begins.")
  private boolean leader;

  @Option(
      names = "--plain",
      description = "Without pre-votes and the check of the quorum: fewer messages.")
  private boolean plain;

  @Option(
      names = "--split-readys",
      description = "Taking, writing and applying a Ready are events of their own.")
  private boolean splitReadys;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description = "Leave out states with more messages in flight, lost ones included.")
  private Optional<Integer> inFlight = Optional.empty();

  @Option(names = "--depth", paramLabel = "N", description = "At most so many events in a run.")
  private Optional<Integer> depth = Optional.empty();

  @Option(
      names = "--walks",
      paramLabel = "N",
      description =
          "Explore from the ends of N random runs, in place of the beginning. Set a --depth, as the"
              + " runs go on with the same bounds.")
  private int walks;

  @Option(
      names = "--walk-events",
      paramLabel = "N",
      description = "How many events each random run has. Default: 40.")
  private int walkEvents = 40;

  @Option(
      names = "--first-walk",
      paramLabel = "N",
      description = "The number of the first random run. Default: 1.")
  private long firstWalk = 1;

  @Option(
      names = "--probe",
      paramLabel = "N",
      description =
          "Check from one of N states that the group can go on; 0: from none. Default: 10000.")
  private int probe = 10_000;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Converters.Size.class,
      description =
          "Stop when the tables of states have this size: 500m, 4g. Default: half of the heap.")
  private @Nullable Long memory;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "Stop each exploration after this time: 90s, 5m, 8h. Default: no limit.")
  private @Nullable Duration time;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where a run that breaks a promise leaves its files; created when it is needed. Default: "
              + "failures.")
  private Path directory = Path.of("failures");

  @Option(
      names = "--play",
      paramLabel = "FILE",
      description =
          "Explore nothing: play the ordering in a file, with the options of its exploration.")
  private @Nullable Path played;

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description = "Write the table of what was exhausted into this document, too.")
  private @Nullable Path document;

  @Option(names = "--json", description = "Write JSON, an object a line for each exploration.")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto, line, plain or none. Default: auto, a line on a terminal, else plain.")
  private Progress.Mode progressMode = Progress.Mode.AUTO;

  private final AtomicBoolean isInterrupted = new AtomicBoolean();

  /** What was exhausted, for {@link #document}. */
  private final StringBuilder table = new StringBuilder(Explored.TABLE);

  @Override
  public Integer call() {
    Screen screen = new Screen(spec.commandLine().getOut(), spec.commandLine().getErr());
    if (list) {
      NamedExploration.all()
          .forEach(
              named ->
                  screen.result(
                      String.format(Locale.ROOT, "%-20s %s", named.name(), named.description())));
      return ExitCode.CLEAN;
    }
    List<NamedExploration> chosen = chosen();
    check(walks >= 0, "--walks: at least 0: " + walks);
    check(walkEvents >= 0, "--walk-events: at least 0: " + walkEvents);
    if (played != null) {
      return play(screen, chosen);
    }
    check(
        document == null || (walks == 0 && chosen.equals(NamedExploration.all())),
        "--document: only for all named explorations");
    boolean isClean = true;
    try (Interruption interruption = new Interruption(() -> isInterrupted.set(true))) {
      for (NamedExploration named : chosen) {
        for (NamedExploration one : fromWalks(named)) {
          isClean &= !interruption.hasCome() && explore(one, screen);
        }
      }
    }
    if (document != null && !isInterrupted.get()) {
      TextFiles.write(
          document,
          new WrittenPart("explore --document")
              .in(TextFiles.read(document), document.toString(), table.toString()));
    }
    return isClean || isInterrupted.get() ? ExitCode.CLEAN : ExitCode.VIOLATION;
  }

  // What is explored.

  private List<NamedExploration> chosen() {
    check(
        (nodes.isPresent() ? 1 : 0) + (ownClass.isPresent() ? 1 : 0) + (sets.isEmpty() ? 0 : 1)
            <= 1,
        "--set, --nodes and --class: only one of them");
    if (ownClass.isPresent()) {
      Exploration own =
          classPath.create(
              "--class", ownClass.get(), Exploration.class, "an Exploration", classPath.loader());
      return List.of(new NamedExploration("own", "of a class", own));
    }
    if (nodes.isPresent()) {
      return List.of(new NamedExploration("own", "own bounds", own(nodes.get())));
    }
    check(allowed.isEmpty(), "--allow: only with --nodes");
    check(
        !leader && !plain && !splitReadys, "--leader, --plain, --split-readys: only with --nodes");
    if (sets.isEmpty()) {
      return NamedExploration.all();
    }
    List<NamedExploration> chosen = new ArrayList<>();
    for (String name : sets) {
      chosen.add(
          NamedExploration.named(name)
              .orElseThrow(
                  () -> problem("--set: no exploration '" + name + "' (--list shows them)")));
    }
    return chosen;
  }

  private Exploration own(int voters) {
    try {
      Exploration own = Exploration.of(voters);
      for (Map.Entry<String, Integer> each : allowed.entrySet()) {
        own = own.allow(kind(each.getKey()), each.getValue());
      }
      if (plain) {
        own = own.configuration(ExploreCommand::withoutLeases);
      }
      if (splitReadys) {
        own = own.splitReadys();
      }
      return leader ? own.startAfter(Prelude.leader()) : own;
    } catch (IllegalArgumentException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
  }

  private static void withoutLeases(RaftConfig.Builder config) {
    config.preVote(false).checkQuorum(false);
  }

  private EventKind kind(String name) {
    for (EventKind kind : EventKind.values()) {
      if (kind.isLimited() && kind != EventKind.CHANGE && kind.toString().equals(name)) {
        return kind;
      }
    }
    throw problem("--allow: no event '" + name + "'");
  }

  /** Returns an exploration with the bounds that are given for all. */
  private Exploration bounded(NamedExploration named) {
    try {
      Exploration bounded =
          named
              .exploration()
              .checkLivenessOfOneIn(probe)
              .maxBytes(memory == null ? Runtime.getRuntime().maxMemory() / 2 : memory);
      if (inFlight.isPresent()) {
        bounded = bounded.inFlight(inFlight.get());
      }
      return depth.isPresent() ? bounded.depth(depth.get()) : bounded;
    } catch (IllegalArgumentException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the exploration, or one from the end of each random run. */
  private List<NamedExploration> fromWalks(NamedExploration named) {
    if (walks == 0) {
      return List.of(named);
    }
    List<NamedExploration> all = new ArrayList<>();
    for (long walk = firstWalk; walk < firstWalk + walks; walk++) {
      Ordering before = named.exploration().walk(walk, walkEvents);
      all.add(
          new NamedExploration(
              named.name() + "-" + walk,
              named.description(),
              named.exploration().startAfter(Prelude.of(before))));
    }
    return all;
  }

  // Exploring.

  /** Returns whether no promise is broken. */
  private boolean explore(NamedExploration named, Screen screen) {
    long begin = System.nanoTime();
    Progress progress = new Progress(progressMode);
    Exploration exploration = bounded(named);
    Exploration.Result result =
        exploration.run(
            now -> {
              show(progress, named, now, begin, screen);
              return !isInterrupted.get()
                  && (time == null || System.nanoTime() - begin < time.toNanos());
            });
    Explored explored = new Explored(named, result, (System.nanoTime() - begin) / NANOS_IN_SECOND);
    screen.result(json ? explored.json() : explored.text());
    table.append(explored.row());
    result.counterexample().ifPresent(found -> leave(named, found, screen));
    return result.counterexample().isEmpty();
  }

  private void show(
      Progress progress,
      NamedExploration named,
      Exploration.Progress now,
      long begin,
      Screen screen) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    if (json || !progress.isDue(elapsed)) {
      return;
    }
    double seconds = Math.max(1, elapsed.toNanos()) / NANOS_IN_SECOND;
    String text =
        String.join(
            ", ",
            named.name() + ": " + Numbers.of(now.states(), "state"),
            Numbers.of(Math.round(now.states() / seconds)) + " a second",
            "depth " + now.depth(),
            Numbers.of(now.waiting()) + " waiting",
            Numbers.of(now.localStates(), "state") + " of single nodes",
            Numbers.of(now.bytes() >> 20) + " MB",
            Explored.overlooked(now.collisionOdds()));
    if (progress.mode() == Progress.Mode.LINE) {
      screen.status(text);
    } else {
      screen.note(text);
    }
  }

  // What is left of a broken promise.

  private void leave(NamedExploration named, Counterexample found, Screen screen) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("ordering", found.orderingWithMessages());
    texts.put("transcript", String.join("\n", found.transcript()) + "\n");
    found.scenario().ifPresent(scenario -> texts.put("scenario", scenario));
    expression(named).ifPresent(expression -> texts.put("test", found.test(expression)));
    if (!json) {
      screen.result("\n" + found);
    }
    texts.forEach((what, text) -> write(named, what, ".txt", text, screen));
    write(named, "picture", ".html", found.picture(named.name()).html(), screen);
  }

  private void write(
      NamedExploration named, String what, String ending, String text, Screen screen) {
    Path file = directory.resolve(named.name() + "-" + what + ending);
    TextFiles.write(file, text);
    screen.note(what + ": " + file);
  }

  /** Returns the exploration as Java source; empty if it was made of options. */
  private Optional<String> expression(NamedExploration named) {
    if (nodes.isPresent() || walks > 0) {
      return Optional.empty();
    }
    return Optional.of(
        ownClass
            .map(name -> "new " + name.replace('$', '.') + "().get()")
            .orElse(
                "io.tickraft.testkit.explore.NamedExploration.named(\""
                    + named.name()
                    + "\").orElseThrow().exploration()"));
  }

  private int play(Screen screen, List<NamedExploration> chosen) {
    check(chosen.size() == 1, "--play: with --nodes, --class, or --set and one name");
    Ordering ordering;
    try {
      ordering = Ordering.parse(TextFiles.read(Objects.requireNonNull(played)));
    } catch (IllegalArgumentException e) {
      throw new UsageException(played + ": " + e.getMessage(), e);
    }
    Optional<Failure> failure = bounded(chosen.get(0)).play(ordering);
    screen.result(failure.map(Failure::toString).orElse("every promise was kept"));
    return failure.isPresent() ? ExitCode.VIOLATION : ExitCode.CLEAN;
  }

  private void check(boolean holds, String problem) {
    if (!holds) {
      throw problem(problem);
    }
  }

  private ParameterException problem(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
