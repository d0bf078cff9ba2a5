package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.campaign.Campaign;
import io.tickraft.testkit.cli.campaign.Seeds;
import io.tickraft.testkit.cli.campaign.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a campaign has done so far, in one line. */
final class Summary {

  private static final double NANOS_IN_SECOND = 1e9;

  /** The resolution of CPU time; less is taken for this. */
  private static final double MIN_SECONDS = 0.01;

  private final Seeds seeds;
  private final int threads;
  private final Optional<Duration> limit;
  private final Tally tally;
  private final long begin = System.nanoTime();

  /** Set when no run comes any more. */
  private Optional<Campaign.End> end = Optional.empty();

  private Duration time = Duration.ZERO;

  private final Duration cpuTimeBefore = cpuTimeOfProcess();
  private Duration cpuTime = Duration.ZERO;

  Summary(Seeds seeds, int threads, Optional<Duration> limit, Tally tally) {
    this.seeds = seeds;
    this.threads = threads;
    this.limit = limit;
    this.tally = tally;
  }

  /** The last run is over; what comes now, such as shrinking, does not count. */
  void end(Campaign.End reason) {
    time = elapsed();
    cpuTime = cpuTimeOfProcess().minus(cpuTimeBefore);
    end = Optional.of(reason);
  }

  /** Returns how long the campaign has run. */
  Duration elapsed() {
    return end.isPresent() ? time : Duration.ofNanos(System.nanoTime() - begin);
  }

  // Lines.

  /** Returns what is going to happen. */
  String begin() {
    String count = seeds.count() > Integer.MAX_VALUE ? "" : " to " + last(seeds.size());
    return "seeds from "
        + seeds.at(0)
        + count
        + shard()
        + ", "
        + Numbers.of(threads, "thread")
        + limit.map(some -> ", " + Numbers.of(some)).orElse("")
        + "; Tickraft "
        + Version.ofProduct()
        + ", Java "
        + Runtime.version();
  }

  /** Returns how far it is. */
  String progress() {
    List<String> parts = new ArrayList<>();
    parts.add(Numbers.of(tally.runs(), "run"));
    parts.add(Numbers.of(Math.round(worked() / seconds())) + " " + unit() + " a second");
    left().ifPresent(some -> parts.add(Numbers.of(some) + " left"));
    goals().ifPresent(parts::add);
    parts.add(Numbers.of(tally.violations(), "violation"));
    return String.join(", ", parts);
  }

  /** Returns the situations that no run got into; empty if there are none, or no goals. */
  Optional<String> missedGoals() {
    List<String> missed = tally.hasGoals() ? tally.goals().missed() : List.of();
    return missed.isEmpty()
        ? Optional.empty()
        : Optional.of("Goals not reached: " + String.join("; ", missed));
  }

  /** Returns the sum. */
  String text() {
    List<String> parts = new ArrayList<>();
    parts.add(
        Numbers.of(tally.runs(), "run")
            + ranSeeds()
            + " in "
            + Numbers.of(elapsed())
            + " on "
            + Numbers.of(threads, "thread")
            + (cpuTime.isZero() ? "" : ", " + Numbers.of(cpuTime) + " of CPU time"));
    parts.add(
        Numbers.of(worked())
            + " "
            + unit()
            + ", "
            + Numbers.of(Math.round(perSecondAndCore()))
            + " a second and core");
    if (tally.hasGoals()) {
      parts.add(Numbers.of(tally.tame(), "tame run"));
    }
    goals().ifPresent(parts::add);
    parts.add(violations());
    return verdict() + ": " + String.join("; ", parts);
  }

  private String verdict() {
    String verdict = tally.violations() > 0 ? "violation" : "clean";
    return switch (end.orElseThrow()) {
      case INTERRUPTED -> "interrupted, " + verdict + " so far";
      case ENDLESS_RUN -> "stopped, a run does not end";
      default -> verdict;
    };
  }

  private String ranSeeds() {
    return tally.runs() == 0
        ? ""
        : " (seeds " + seeds.at(0) + " to " + last(tally.runs()) + shard() + ")";
  }

  private long last(long number) {
    return seeds.at(number - 1);
  }

  private String shard() {
    return seeds.shard().equals(Seeds.Shard.WHOLE) ? "" : ", shard " + seeds.shard();
  }

  private String violations() {
    String kinds =
        tally.kinds().size() < 2 ? "" : " of " + Numbers.of(tally.kinds().size(), "kind");
    return Numbers.of(tally.violations(), "violation") + kinds;
  }

  private Optional<String> goals() {
    return tally.hasGoals()
        ? Optional.of(tally.goalsReached() + " of " + Numbers.of(tally.goalCount(), "goal"))
        : Optional.empty();
  }

  // Numbers.

  private double seconds() {
    return Math.max(1, elapsed().toNanos()) / NANOS_IN_SECOND;
  }

  /** A trial of the user's own has no events. */
  private long worked() {
    return tally.events() > 0 ? tally.events() : tally.choices();
  }

  private String unit() {
    return tally.events() > 0 ? "events" : "choices";
  }

  /**
   * Returns the speed of one core: per second of CPU time, as other processes may use the cores.
   */
  private double perSecondAndCore() {
    return worked() / Math.max(cpuTime.toNanos() / NANOS_IN_SECOND, MIN_SECONDS);
  }

  /** Returns the CPU time so far, with that of the compiler and of the garbage collector. */
  private static Duration cpuTimeOfProcess() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private Optional<Duration> left() {
    Optional<Duration> byTime = limit.map(some -> some.minus(elapsed()));
    if (seeds.size() > Integer.MAX_VALUE || tally.runs() == 0) {
      return byTime.map(Summary::notNegative);
    }
    double seconds = seconds() / tally.runs() * (seeds.size() - tally.runs());
    Duration bySeeds = Duration.ofSeconds(Math.round(seconds));
    return Optional.of(
        notNegative(byTime.filter(some -> some.compareTo(bySeeds) < 0).orElse(bySeeds)));
  }

  private static Duration notNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  // JSON.

  Json progressJson() {
    return numbers(new Json().put("type", "progress"));
  }

  Json json() {
    Json json =
        numbers(new Json().put("type", "summary"))
            .put("end", end.orElseThrow().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("kinds", tally.kinds())
            .put("firstSeed", seeds.at(0))
            .put("shard", seeds.shard().toString())
            .put("threads", threads)
            .put("cpuSeconds", cpuTime.toMillis() / 1_000.0)
            .put("perSecondAndCore", Math.round(perSecondAndCore()))
            .put("version", Version.ofProduct())
            .put("java", Runtime.version().toString());
    if (tally.runs() > 0) {
      json.put("lastSeed", last(tally.runs()));
    }
    if (tally.hasGoals()) {
      json.put("goals", tally.goals().all()).put("goalsMissed", tally.goals().missed());
    }
    return json;
  }

  private Json numbers(Json json) {
    return json.put("runs", tally.runs())
        .put("violations", tally.violations())
        .put("tameRuns", tally.tame())
        .put("events", tally.events())
        .put("choices", tally.choices())
        .put("goalsReached", tally.hasGoals() ? tally.goalsReached() : 0)
        .put("seconds", Math.round(seconds() * 1_000) / 1_000.0);
  }
}
