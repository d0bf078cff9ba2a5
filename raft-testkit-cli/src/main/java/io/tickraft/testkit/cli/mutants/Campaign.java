package io.tickraft.testkit.cli.mutants;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fuzzes one core, which is loaded beside the others. */
public interface Campaign {

  /**
   * A run that fails.
   *
   * @param kind what was broken
   * @param choices how many choices the run has that are not harmless
   * @param shrunk how many of them are left after shrinking
   * @param shrinkTime how long the shrinking took, as time of a core
   * @param schedule the choices that are left, as text
   * @param files what a person looks at, by the end of the name of its file
   */
  record Find(
      String kind,
      int choices,
      int shrunk,
      Duration shrinkTime,
      String schedule,
      Map<String, String> files) {}

  /**
   * What a campaign has found.
   *
   * @param runs how many runs there were
   * @param time how long they took, as time of a core and without the shrinking
   * @param find the run that fails; empty if none does
   */
  record Hunt(long runs, Duration time, Optional<Find> find) {}

  /**
   * Runs with the seeds from 1 on, until a run fails or the time is over, and shrinks the run that
   * fails.
   *
   * @param time the time after which no further run begins
   * @param shrinkTime the time after which the shrinker begins no further run
   * @return what was found
   */
  Hunt hunt(Duration time, Duration shrinkTime);

  /**
   * Returns a campaign that is a part of this one.
   *
   * @param parts the names of the parts that are left
   * @return the campaign
   * @throws IllegalArgumentException if this has no part of one of the names
   */
  default Campaign only(List<String> parts) {
    throw new IllegalArgumentException("this campaign has no parts: " + parts);
  }

  /**
   * Replays a run.
   *
   * @param schedule its choices, as text
   * @return what was broken; empty if nothing was
   */
  Optional<String> replay(String schedule);
}
