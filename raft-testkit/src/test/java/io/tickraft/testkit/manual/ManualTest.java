package io.tickraft.testkit.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.FailureReport;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Shrunk;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.fuzz.Trouble;
import io.tickraft.testkit.history.Completion;
import io.tickraft.testkit.history.Operation;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostContext;
import io.tickraft.testkit.sim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the manual, {@code README.md}, shows and lists is so. */
final class ManualTest {

  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path TESTS = MODULE.resolve("src/test/java/io/tickraft/testkit");
  private static final Path TESTKIT = MODULE.resolve("src/main/java/io/tickraft/testkit");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern PROMISE =
      Pattern.compile("new OracleViolation\\(\\s*(\\w+|\"[^\"]+\")");

  /** What stands for lines of a report that the manual leaves out. */
  private static final String ELLIPSIS = "…";

  private static String manual() throws IOException {
    return Files.readString(MODULE.resolve("README.md"));
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(manual())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  // Snippets.

  @Test
  void eachSnippetIsCompiledAndRun() throws IOException {
    String sources = sources();
    List<String> snippets = blocks("java");
    assertThat(snippets).hasSizeGreaterThan(8);
    for (String snippet : snippets) {
      assertThat(sources)
          .contains(withoutIndent(snippet.lines().filter(line -> !isImport(line))).strip());
      assertThat(sources.lines())
          .containsAll(snippet.lines().filter(ManualTest::isImport).toList());
    }
  }

  /** The imports that the manual says it leaves out. */
  private static final List<String> LEFT_OUT =
      List.of(
          "java.",
          "org.junit.",
          "org.assertj.",
          "com.google.protobuf.ByteString",
          "io.tickraft.core.",
          "io.tickraft.proto.");

  @Test
  void showsEachImportThatItDoesNotLeaveOut() throws IOException {
    Set<String> words = new TreeSet<>();
    for (String snippet : blocks("java")) {
      snippet
          .lines()
          .filter(line -> !isImport(line))
          .forEach(line -> words.addAll(Arrays.asList(line.split("\\W+", -1))));
    }
    assertThat(imports(manual()))
        .containsAll(
            imports(sources())
                .filter(name -> LEFT_OUT.stream().noneMatch(name::startsWith))
                .filter(name -> words.contains(name.substring(name.lastIndexOf('.') + 1)))
                .toList());
  }

  /** Returns the names that a text imports, of classes and of static methods. */
  private static Stream<String> imports(String text) {
    return text.lines()
        .filter(ManualTest::isImport)
        .map(line -> line.replaceFirst("^import (static )?", "").replace(";", ""));
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ");
  }

  private static String sources() throws IOException {
    StringBuilder text =
        new StringBuilder(Files.readString(TESTS.resolve("DocumentedUseTest.java")));
    try (Stream<Path> files = Files.list(TESTS.resolve("manual"))) {
      for (Path file : files.sorted().toList()) {
        text.append(Files.readString(file));
      }
    }
    return withoutIndent(text.toString().lines());
  }

  private static String withoutIndent(Stream<String> lines) {
    return lines.map(String::strip).collect(Collectors.joining("\n"));
  }

  @Test
  void eachLinkLeadsToAFile() throws IOException {
    assertThat(LINK.matcher(manual()).results().map(link -> link.group(1)))
        .filteredOn(link -> !link.contains("://"))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(MODULE.resolve(link)).exists());
  }

  @Test
  void showsTheLineOfAnOperation() throws IOException {
    Completion<Long> answer = new Completion.Ok<>(4_770_000, 8L);
    assertThat(blocks("")).contains(new Operation<>(2, 4_768_000, "increment", answer) + "\n");
  }

  // Failures.

  /** Adds what it restores to what it has. */
  private static final class AddingCounter extends Counter {
    @Override
    public void restore(Snapshot snapshot) {
      String saved = snapshot.getData().toStringUtf8();
      value += saved.isEmpty() ? 0 : Long.parseLong(saved);
    }
  }

  /** Has a network whose frames are too small for snapshots. */
  private static final class SmallFrames extends CounterHost {
    @Override
    void transmit(HostContext network, Message message) {
      if (!message.hasInstallSnapshot()) {
        network.send(message);
      }
    }
  }

  @Test
  void theFailureOfAStateMachineIsAReport() throws IOException {
    checkReport(0, Fuzz.ofAnyGroup().machines(AddingCounter::new));
  }

  @Test
  void theFailureOfLivenessIsAReport() throws IOException {
    checkReport(1, Fuzz.ofAnyGroup().hosts(id -> new SmallFrames()));
  }

  /** Replays the schedule of a report in the manual, and compares what the manual shows. */
  private static void checkReport(int number, Trial trial) throws IOException {
    String shown = blocks("report").get(number);
    String name = shown.substring(0, shown.indexOf(':'));
    Matcher shrunk = Pattern.compile("Shrunk from (\\d+) choices to (\\d+):\n\n").matcher(shown);
    assertThat(shrunk.find()).isTrue();
    Schedule schedule =
        Schedule.parse(
            shown
                .substring(shrunk.end())
                .lines()
                .limit(Integer.parseInt(shrunk.group(2)))
                .map(String::strip)
                .collect(Collectors.joining("\n")));
    Failure failure = Failure.of(trial, Choices.replay(schedule)).orElseThrow();
    String report =
        FailureReport.of(
                name,
                Integer.parseInt(shrunk.group(1)),
                new Shrunk(schedule, failure, 1, true),
                trial)
            .text()
            .replaceAll("(?m) +$", "");
    for (String part : shown.split("(?m)^ *" + ELLIPSIS + "\n", -1)) {
      assertThat(report).contains(part.stripTrailing());
    }
  }

  // Lists.

  private static List<List<String>> rows(String heading) throws IOException {
    String manual = manual();
    int begin = manual.indexOf("\n## " + heading + "\n");
    assertThat(begin).as(heading).isNotNegative();
    int end = manual.indexOf("\n## ", begin + 1);
    return manual
        .substring(begin, end < 0 ? manual.length() : end)
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| ---"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  /** Each oracle that a run has, in its order, with all promises that its source names. */
  @Test
  void listsEachOracleInItsOrderWithItsPromises() throws IOException {
    List<List<String>> rows =
        rows("Each oracle").stream().filter(row -> row.get(0).startsWith("`")).toList();
    List<String> names = rows.stream().map(row -> row.get(0).replace("`", "")).toList();
    assertThat(names).containsExactlyElementsOf(namesOfOracles());
    for (int i = 0; i < names.size(); i++) {
      String source = Files.readString(TESTKIT.resolve("oracle/" + names.get(i) + ".java"));
      assertThat(promises(rows.get(i).get(1))).as(names.get(i)).isEqualTo(promisesIn(source));
    }
  }

  private static List<String> namesOfOracles() {
    return Oracles.all().parts().stream().map(part -> part.getClass().getSimpleName()).toList();
  }

  /** The promises that a run checks besides. */
  @Test
  void listsThePromisesOfRuns() throws IOException {
    TreeSet<String> inSources = new TreeSet<>();
    for (String folder : List.of("fuzz", "history", "sim", "contract", "scenario", "explore")) {
      try (Stream<Path> files = Files.list(TESTKIT.resolve(folder))) {
        for (Path file : files.toList()) {
          inSources.addAll(promisesIn(Files.readString(file)));
        }
      }
    }
    TreeSet<String> inManual = new TreeSet<>();
    rows("What a run does").forEach(row -> inManual.addAll(promises(row.get(0))));
    // An exploration checks some promises of oracles by itself, in each state.
    rows("Each oracle").forEach(row -> inManual.addAll(promises(row.get(1))));
    assertThat(inManual).containsAll(inSources);
  }

  private static Set<String> promises(String cell) {
    return Arrays.stream(cell.split(", ", -1))
        .filter(promise -> !promise.equals("–"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> promisesIn(String source) {
    Map<String, String> constants = new TreeMap<>();
    Pattern.compile("String ([A-Z_]+) =\\s*(\"[^\"]+\")")
        .matcher(source)
        .results()
        .forEach(found -> constants.put(found.group(1), found.group(2)));
    return PROMISE
        .matcher(source)
        .results()
        .map(found -> constants.getOrDefault(found.group(1), found.group(1)).replace("\"", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void listsEachKindOfTrouble() throws IOException {
    assertThat(
            rows("What a run does").stream()
                .map(row -> CODE.matcher(row.get(0)))
                .filter(Matcher::find)
                .map(code -> code.group(1)))
        .containsExactlyElementsOf(
            Arrays.stream(Trouble.values())
                .map(trouble -> trouble.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList());
  }
}
