package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.fuzz.Trouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what is run. */
public final class TrialOptions {

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "N",
      description = "How many voters a group may begin with. Default: 3,5,4,2,1,3,5.")
  private List<Integer> nodes = new ArrayList<>();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "How many steps a run has before its recovery. Default: 150.")
  private @Nullable Integer steps;

  @Option(
      names = "--with",
      split = ",",
      paramLabel = "TROUBLE",
      converter = TroubleNames.class,
      description = "The only kinds of trouble that a run may have. Default: all of them.")
  private List<Trouble> with = new ArrayList<>();

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "TROUBLE",
      converter = TroubleNames.class,
      description = {
        "Kinds of trouble that no run has:",
        "crashes, partitions, unreliable-network, corruption, later-version, clocks, pauses, disks, "
            + "disk-errors, torn-writes, lost-writes, slow-reads, late-hosts, reports, membership, "
            + "transfers, forced-elections, small-limits, situations, mixed-settings."
      })
  private List<Trouble> without = new ArrayList<>();

  @Mixin private UserClasses classes = new UserClasses();

  /**
   * Returns what the options set.
   *
   * @return the settings
   * @throws UsageException if they cannot be
   */
  public TrialSettings settings() {
    return new TrialSettings(
        classes.trial(),
        nodes.isEmpty() ? Optional.empty() : Optional.of(nodes),
        Optional.ofNullable(steps),
        troubles());
  }

  private Optional<SortedSet<Trouble>> troubles() {
    if (with.isEmpty() && without.isEmpty()) {
      return Optional.empty();
    }
    SortedSet<Trouble> troubles =
        new TreeSet<>(with.isEmpty() ? Arrays.asList(Trouble.values()) : with);
    troubles.removeAll(without);
    return Optional.of(troubles);
  }

  /** {@return the options for the user's own classes} */
  public UserClasses classes() {
    return classes;
  }

  /**
   * Returns the trials.
   *
   * @return what makes them
   * @throws UsageException if the settings or the user's class cannot be used
   */
  public Trials trials() {
    return Trials.of(settings(), classes);
  }

  /**
   * {@return the options that a replay of a run needs beyond its file, each with a space before}
   */
  public String replayOptions() {
    return classes.classPath().map(path -> " --class-path " + path).orElse("");
  }
}
