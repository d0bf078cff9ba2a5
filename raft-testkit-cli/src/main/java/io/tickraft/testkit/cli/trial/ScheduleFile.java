package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Trouble;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A schedule with all that is needed to replay it. The first lines of the file are a header: the
 * format, and what is run. They are comments to {@link Schedule#parse}.
 *
 * <pre>{@code
 * // tickraft schedule 1
 * // choices: 2
 * // run: seed 17
 * // nodes: 3,5,4,2,1,3,5
 * // steps: 150
 * // troubles: crashes,unreliable-network
 * // fails: election safety
 * // version: 0.1.0
 * step 12: crash 2
 * Append 1→2 t3 #4: delay 180
 * }</pre>
 *
 * <p>Of the header, only the first line must be there. {@code choices} tells whether a part of the
 * file is missing; whoever changes a file by hand drops this line.
 *
 * @param run which run it is, such as its seed
 * @param settings what is run
 * @param kind the kind of the run's failure; empty if it is not known
 * @param version the version of the product that has written the file
 * @param schedule the choices of the run
 */
public record ScheduleFile(
    String run, TrialSettings settings, Optional<String> kind, String version, Schedule schedule) {

  private static final String MARK = "// tickraft schedule ";
  private static final String FORMAT = "1";
  private static final String COMMENT = "// ";

  /** Begins what is wrong with a line of a schedule. */
  private static final String LINE = "line ";

  private static final List<String> KEYS =
      List.of("choices", "run", "trial", "nodes", "steps", "troubles", "fails", "version");

  /** A value of the header, and the number of its line, from 1. */
  private record Value(String text, int line) {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its schedule and settings
   * @throws UsageException if it is missing, unreadable, damaged or no schedule; names the line
   */
  public static ScheduleFile read(Path file) {
    String text = TextFiles.read(file);
    List<String> lines = text.lines().toList();
    checkMark(file, lines.isEmpty() ? "" : lines.get(0).strip());
    Map<String, Value> header = header(file, lines);
    Schedule schedule = schedule(file, text);
    TrialSettings settings = settings(file, header);
    checkIsWhole(file, text, schedule.size(), header);
    return new ScheduleFile(
        text(header, "run").orElse(String.valueOf(file.getFileName())),
        settings,
        text(header, "fails"),
        text(header, "version").orElse("unknown"),
        schedule);
  }

  private static void checkMark(Path file, String first) {
    if (!first.startsWith(MARK.strip())) {
      throw problem(file, 1, "not a schedule: its first line would be '" + MARK + FORMAT + "'");
    }
    String format = first.substring(MARK.strip().length()).strip();
    if (!format.equals(FORMAT)) {
      throw problem(file, 1, "format '" + format + "', and this version reads " + FORMAT);
    }
  }

  private static void checkIsWhole(Path file, String text, int actual, Map<String, Value> header) {
    Value value = header.get("choices");
    if (value == null) {
      if (actual == 0) {
        throw problem(file, 1, "the file has no choice");
      }
      return;
    }
    int expected = value(file, header, "choices", Integer::valueOf).orElseThrow();
    if (expected != actual || !text.endsWith("\n")) {
      throw problem(
          file,
          value.line,
          "%d choices were written, and %d are there%s: the file is damaged; if you have changed it,"
                  .formatted(expected, actual, text.endsWith("\n") ? "" : ", the last one cut off")
              + " drop this line");
    }
  }

  private static Map<String, Value> header(Path file, List<String> lines) {
    Map<String, Value> header = new LinkedHashMap<>();
    for (int i = 1; i < lines.size() && lines.get(i).startsWith(COMMENT); i++) {
      String[] parts = lines.get(i).substring(COMMENT.length()).split(":", 2);
      if (parts.length < 2) {
        break; // The comments of a person begin.
      }
      String key = parts[0].strip();
      if (!KEYS.contains(key)) {
        throw problem(file, i + 1, "unknown: '" + key + "'; one of " + String.join(", ", KEYS));
      }
      if (header.put(key, new Value(parts[1].strip(), i + 1)) != null) {
        throw problem(file, i + 1, "a second '" + key + "'");
      }
    }
    return header;
  }

  private static Schedule schedule(Path file, String text) {
    try {
      Schedule schedule = Schedule.parse(text);
      Choices.replay(schedule); // Throws if a choice occurs twice.
      return schedule;
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      throw new UsageException(
          problem.startsWith(LINE)
              ? file + ":" + problem.substring(LINE.length())
              : file + ": " + problem,
          e);
    }
  }

  private static TrialSettings settings(Path file, Map<String, Value> header) {
    TrialSettings settings = unchecked(file, header);
    try {
      settings.applyTo(Fuzz.ofAnyGroup());
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage(), e);
    }
    return settings;
  }

  private static TrialSettings unchecked(Path file, Map<String, Value> header) {
    return new TrialSettings(
        text(header, "trial"),
        value(file, header, "nodes", text -> list(text, Integer::valueOf)),
        value(file, header, "steps", Integer::valueOf),
        value(file, header, "troubles", ScheduleFile::troubles));
  }

  private static SortedSet<Trouble> troubles(String text) {
    return new TreeSet<>(text.isEmpty() ? List.of() : list(text, TroubleNames::parse));
  }

  private static <T> List<T> list(String text, Function<String, T> element) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(element).toList();
  }

  private static Optional<String> text(Map<String, Value> header, String key) {
    return Optional.ofNullable(header.get(key)).map(Value::text);
  }

  private static <T> Optional<T> value(
      Path file, Map<String, Value> header, String key, Function<String, T> parser) {
    Value value = header.get(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(value.text));
    } catch (NumberFormatException e) {
      throw problem(file, value.line, key + ": not a number: '" + value.text + "'");
    } catch (IllegalArgumentException e) {
      throw problem(file, value.line, key + ": " + e.getMessage());
    }
  }

  private static UsageException problem(Path file, int line, String problem) {
    return new UsageException(file + ":" + line + ": " + problem);
  }

  /** {@return the text of the file} */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("choices: " + schedule.size());
    lines.add("run: " + run);
    settings.trial().ifPresent(trial -> lines.add("trial: " + trial));
    settings
        .nodes()
        .ifPresent(
            nodes ->
                lines.add(
                    "nodes: "
                        + nodes.stream().map(String::valueOf).collect(Collectors.joining(","))));
    settings.steps().ifPresent(steps -> lines.add("steps: " + steps));
    settings.troubles().ifPresent(some -> lines.add("troubles: " + TroubleNames.of(some)));
    kind.ifPresent(some -> lines.add("fails: " + some));
    lines.add("version: " + version);
    return MARK
        + FORMAT
        + "\n"
        + lines.stream()
            .map(line -> COMMENT + line.replaceAll("\\s+", " ").strip() + "\n")
            .collect(Collectors.joining())
        + schedule.text();
  }

  /**
   * Writes the file.
   *
   * @param file the file
   * @throws UsageException if it cannot be written
   */
  public void write(Path file) {
    TextFiles.write(file, text());
  }
}
