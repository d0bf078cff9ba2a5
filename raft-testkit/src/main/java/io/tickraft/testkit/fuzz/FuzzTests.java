package io.tickraft.testkit.fuzz;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * Random runs as JUnit tests, one for each seed. If a run fails, the test fails with a {@link
 * FailureReport}. The first run of each kind of failure is shrunk.
 *
 * <pre>{@code
 * class OrderingsTest {
 *   @TestFactory
 *   Stream<DynamicTest> promisesHold() {
 *     return FuzzTests.of(Fuzz.ofAnyGroup()).seeds(100).time(Duration.ofSeconds(30)).tests();
 *   }
 * }
 * }</pre>
 *
 * <p>System properties change what is run: {@code tickraft.seeds} the number of seeds, {@code
 * tickraft.firstSeed} the first one. With {@code tickraft.firstSeed=new} the first seed is another
 * one each time, for a nightly build; the names of the tests show the seed. {@code
 * tickraft.pictures} is the directory for the pictures of shrunk runs, see {@link Picture#write},
 * or {@code none}.
 */
public final class FuzzTests {

  private final Trial trial;
  private long firstSeed = 1;
  private int seeds = 100;
  private Optional<Duration> time = Optional.empty();
  private Duration shrinkTime = Duration.ofSeconds(10);
  private Optional<String> source = Optional.empty();
  private final List<Long> pinnedSeeds = new ArrayList<>();
  private final List<Schedule> pinnedSchedules = new ArrayList<>();

  private final Firsts firsts = new Firsts();

  private FuzzTests(Trial trial) {
    this.trial = trial;
  }

  /**
   * Describes tests with the seeds from 1 to 100.
   *
   * @param trial the run
   * @return the tests
   */
  public static FuzzTests of(Trial trial) {
    return new FuzzTests(trial);
  }

  /**
   * Sets the number of seeds; default 100.
   *
   * @param number the number of seeds, at least 0
   * @return this
   * @throws IllegalArgumentException if the number is negative
   */
  public FuzzTests seeds(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("seeds: at least 0: " + number);
    }
    this.seeds = number;
    return this;
  }

  /**
   * Sets the first seed; default 1.
   *
   * @param seed the seed
   * @return this
   */
  public FuzzTests firstSeed(long seed) {
    this.firstSeed = seed;
    return this;
  }

  /**
   * Sets the time after which no test begins: the rest are skipped, except for pinned ones. Without
   * it, all seeds are run.
   *
   * @param limit the time
   * @return this
   */
  public FuzzTests time(Duration limit) {
    this.time = Optional.of(limit);
    return this;
  }

  /**
   * Sets how long the first run of each kind of failure is shrunk; default 10 seconds.
   *
   * @param limit the time; zero: the run is not shrunk
   * @return this
   */
  public FuzzTests shrinkTime(Duration limit) {
    this.shrinkTime = limit;
    return this;
  }

  /**
   * Names the run, so that the report of a failure contains a test that compiles as it is. Not
   * necessary for a {@link Fuzz} without functions of its user.
   *
   * @param expression a Java expression of type {@link Trial} that needs no import, such as {@code
   *     com.example.OrderingsTest.FUZZ}
   * @return this
   */
  public FuzzTests source(String expression) {
    this.source = Optional.of(expression);
    return this;
  }

  /**
   * Adds seeds that are always run, before all others: those that once failed.
   *
   * @param some the seeds
   * @return this
   */
  public FuzzTests pinned(long... some) {
    LongStream.of(some).forEach(pinnedSeeds::add);
    return this;
  }

  /**
   * Adds a schedule that is always run, before all others: one that once failed.
   *
   * @param schedule the schedule
   * @return this
   */
  public FuzzTests pinned(Schedule schedule) {
    pinnedSchedules.add(schedule);
    return this;
  }

  /**
   * {@return the tests, to be returned by a method with {@code @TestFactory}}
   *
   * @throws IllegalArgumentException if the property {@code tickraft.firstSeed} is neither a number
   *     nor {@code new}
   */
  public Stream<DynamicTest> tests() {
    return tests(
        System.getProperty("tickraft.firstSeed", ""), Integer.getInteger("tickraft.seeds", seeds));
  }

  /** The public method reads the property and the number from the system properties. */
  Stream<DynamicTest> tests(String property, int number) {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < pinnedSchedules.size(); i++) {
      Schedule schedule = pinnedSchedules.get(i);
      String name = "pinned schedule " + (i + 1);
      tests.add(dynamicTest(name, () -> check(name, Choices.replay(schedule))));
    }
    for (long seed : pinnedSeeds) {
      tests.add(dynamicTest("pinned seed " + seed, () -> check(seed)));
    }
    long first = firstSeed(property);
    Deadline deadline = new Deadline(time);
    Stream<DynamicTest> random =
        LongStream.range(first, first + number)
            .mapToObj(
                seed ->
                    dynamicTest(
                        "seed " + seed,
                        () -> {
                          deadline.check();
                          check(seed);
                        }));
    return Stream.concat(tests.stream(), random);
  }

  private long firstSeed(String property) {
    if (property.isEmpty()) {
      return firstSeed;
    }
    if (property.equals("new")) {
      return RealTime.newSeed();
    }
    try {
      return Long.parseLong(property);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "tickraft.firstSeed: a number or 'new': '" + property + "'", e);
    }
  }

  private void check(long seed) {
    check("seed " + seed, Choices.random(seed));
  }

  private void check(String name, Choices choices) {
    Optional<Failure> failure = Failure.of(trial, choices);
    if (failure.isPresent()) {
      throw new AssertionError(report(name, choices, failure.get()), failure.get().cause());
    }
  }

  private String report(String name, Choices choices, Failure failure) {
    Schedule whole = choices.record();
    String first = firsts.of(failure.kind(), name);
    if (!first.equals(name)) {
      Shrunk notShrunk = new Shrunk(whole, failure, 0, false);
      return FailureReport.of(name, whole.size(), notShrunk, trial).sentence()
          + "\n\nThe first run with this kind of failure is "
          + first
          + ": its report shows it shrunk. If this run is the only one, it is shrunk, too.\n";
    }
    Shrunk shrunk =
        shrinkTime.isZero()
            ? new Shrunk(whole, failure, 0, false)
            : new Shrinker(trial).maxTime(shrinkTime).shrink(whole);
    FailureReport report = FailureReport.of(name, whole.size(), shrunk, trial);
    return source.map(report::source).orElse(report).text() + picture(report);
  }

  private static String picture(FailureReport report) {
    return report
        .picture()
        .flatMap(Picture::write)
        .map(file -> "\nThe picture of the run, for a browser: " + file + "\n")
        .orElse("");
  }

  /**
   * The first run that has failed in each way. Only this one is shrunk. If JUnit runs the tests in
   * several threads, two may be shrunk.
   */
  private static final class Firsts {
    private final Map<String, String> names = new TreeMap<>();

    /** Returns the name of the first run with a kind of failure: this one if there was none. */
    String of(String kind, String name) {
      String first = names.putIfAbsent(kind, name);
      return first == null ? name : first;
    }
  }

  /** The time after which no test begins, counted from the first one. */
  private static final class Deadline {
    private final Optional<Duration> time;
    private RealTime.@Nullable Limit limit;

    Deadline(Optional<Duration> time) {
      this.time = time;
    }

    void check() {
      if (limit == null && time.isPresent()) {
        limit = RealTime.limit(time.get());
      }
      if (limit != null && limit.isOver()) {
        Assumptions.abort("the time of " + time.get() + " is over");
      }
    }
  }
}
