package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Trial;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Makes trials that are all the same. Each thread has one of its own, so a user's trial need not be
 * thread-safe.
 */
public final class Trials {

  private final Supplier<Trial> factory;
  private final TrialSettings settings;
  private final ClassLoader loader;
  private final Optional<String> source;

  private Trials(
      Supplier<Trial> factory,
      TrialSettings settings,
      ClassLoader loader,
      Optional<String> source) {
    this.factory = factory;
    this.settings = settings;
    this.loader = loader;
    this.source = source;
  }

  /**
   * Makes trials.
   *
   * @param wanted what is run
   * @param classes where the user's classes are
   * @return what makes the trials
   * @throws UsageException if a setting is impossible, or the user's class cannot be used
   */
  public static Trials of(TrialSettings wanted, UserClasses classes) {
    ClassLoader loader = classes.path().loader();
    Supplier<Trial> factory =
        wanted.trial().isEmpty()
            ? Fuzz::ofAnyGroup
            : () -> create(wanted.trial().get(), classes, loader);
    Trial first = factory.get();
    if (!(first instanceof Fuzz fuzz)) {
      if (wanted.isOfFuzz()) {
        throw new UsageException(
            "nodes, steps and kinds of trouble are settings of a Fuzz, and "
                + wanted.trial().orElseThrow()
                + " is another trial");
      }
      return new Trials(factory, wanted, loader, source(wanted, loader));
    }
    try {
      wanted.applyTo(fuzz);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
    TrialSettings actual =
        new TrialSettings(
            wanted.trial(),
            Optional.of(fuzz.sizes()),
            Optional.of(fuzz.steps()),
            Optional.of(new TreeSet<>(fuzz.troubles())));
    return new Trials(
        () -> configured(factory.get(), actual), actual, loader, source(wanted, loader));
  }

  /**
   * Makes trials that have no settings.
   *
   * @param factory makes a trial
   * @return what makes the trials
   */
  public static Trials of(Supplier<Trial> factory) {
    return new Trials(
        factory,
        new TrialSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
        Trials.class.getClassLoader(),
        Optional.empty());
  }

  private static Trial configured(Trial trial, TrialSettings settings) {
    settings.applyTo((Fuzz) trial);
    return trial;
  }

  /** {@return the settings, with those that the trial itself has} */
  public TrialSettings settings() {
    return settings;
  }

  /**
   * {@return a Java expression that makes the user's trial; empty if it is none of the user's} It
   * needs no import.
   */
  public Optional<String> source() {
    return source;
  }

  /** {@return a new trial} */
  public Trial create() {
    return factory.get();
  }

  /** {@return the loader of the user's classes} */
  public ClassLoader loader() {
    return loader;
  }

  private static Optional<String> source(TrialSettings settings, ClassLoader loader) {
    return settings.trial().map(name -> "new " + name.replace('$', '.') + "()" + get(name, loader));
  }

  private static String get(String name, ClassLoader loader) {
    try {
      return Trial.class.isAssignableFrom(Class.forName(name, false, loader)) ? "" : ".get()";
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e); // It was loaded before.
    }
  }

  private static Trial create(String name, UserClasses classes, ClassLoader loader) {
    return classes.path().create("--trial", name, Trial.class, "a Trial", loader);
  }
}
