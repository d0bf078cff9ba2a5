package io.tickraft.testkit.cli.trial;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for a trial of the user's own, and the classes that they name. */
public final class UserClasses {

  @Option(
      names = "--trial",
      paramLabel = "CLASS",
      description = {
        "The run: a public class with a public constructor without parameters that is a Trial, or a "
            + "Supplier of one, such as of a Fuzz with your own state machine."
      })
  private @Nullable String trial;

  @Mixin private ClassPath classPath = new ClassPath();

  /** {@return the name of the class; empty if none was given} */
  public Optional<String> trial() {
    return Optional.ofNullable(trial);
  }

  /**
   * Returns settings with the class that was given, if one was.
   *
   * @param settings the settings of a file
   * @return the settings to run
   */
  public TrialSettings replacing(TrialSettings settings) {
    return new TrialSettings(
        trial().or(settings::trial), settings.nodes(), settings.steps(), settings.troubles());
  }

  /** {@return the class path as it was given; empty if it was not} */
  public Optional<String> classPath() {
    return classPath.path();
  }

  /** Where the classes are. */
  ClassPath path() {
    return classPath;
  }
}
