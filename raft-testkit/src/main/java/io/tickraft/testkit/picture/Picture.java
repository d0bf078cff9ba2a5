package io.tickraft.testkit.picture;

import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The picture of a run: one self-contained HTML page. A browser shows it from a file, without a
 * network.
 *
 * <pre>{@code
 * Choices choices = Choices.random(7);
 * PictureRecorder recorder = new PictureRecorder(choices);
 * Picture picture = new Picture("seed 7", recorder);
 * try {
 *   fuzz.run(choices, recorder);
 * } catch (AssertionError failure) {
 *   picture = picture.failure(failure);
 * }
 * Files.writeString(page, picture.html());
 * }</pre>
 *
 * <p>Each method that sets something returns a copy.
 */
public final class Picture {

  /** Where {@link #write} puts a picture: a directory, or {@value #NOWHERE}. */
  private static final String DIRECTORY_PROPERTY = "tickraft.pictures";

  private static final String NOWHERE = "none";
  private static final int MAX_FILE_NAME = 100;

  /**
   * What is said about all of a run.
   *
   * @param name which run it is
   * @param sentence how it fails; empty if it does not
   * @param details more lines about the failure
   * @param isAtEnd whether the failure was found in the state at the end, and not in a step
   * @param replay the command that replays it; empty if there is none
   * @param settings what was run, in words
   */
  record Title(
      String name,
      String sentence,
      List<String> details,
      boolean isAtEnd,
      String replay,
      List<String> settings) {}

  private final PictureRecorder recorder;
  private final Title title;

  /**
   * Creates the picture of a run that does not fail.
   *
   * @param name the name of the run, such as its seed
   * @param recorder has recorded the run; events that follow are in the picture, too
   */
  public Picture(String name, PictureRecorder recorder) {
    this(
        Objects.requireNonNull(recorder, "recorder"),
        new Title(name, "", List.of(), false, "", List.of()));
  }

  private Picture(PictureRecorder recorder, Title title) {
    this.recorder = recorder;
    this.title = title;
  }

  /**
   * Adds the failure of the run, with the message of what was thrown.
   *
   * @param cause what was thrown; its message is the sentence, and the lines below it the details
   * @return a copy
   */
  public Picture failure(Throwable cause) {
    List<String> lines = String.valueOf(cause.getMessage()).lines().toList();
    String first = lines.isEmpty() ? "" : lines.get(0).strip().replaceFirst(":$", "");
    String sentence =
        cause instanceof AssertionError ? first : cause.getClass().getSimpleName() + ": " + first;
    return failure(sentence, cause);
  }

  /**
   * Adds the failure of the run. The picture marks the last step as the one that failed if a node,
   * or an oracle that was given this step, threw the cause. Otherwise the picture shows the state
   * at the end of the run as wrong, such as that of a group without a leader.
   *
   * @param sentence which promise is broken, when, and how
   * @param cause what was thrown; its message has the details
   * @return a copy
   */
  public Picture failure(String sentence, Throwable cause) {
    List<String> details = String.valueOf(cause.getMessage()).lines().skip(1).toList();
    return new Picture(
        recorder,
        new Title(title.name, sentence, details, !isOfAStep(cause), title.replay, title.settings));
  }

  /** Returns whether it was thrown while a step was shown to the oracles, or by a node itself. */
  private static boolean isOfAStep(Throwable cause) {
    return Arrays.stream(cause.getStackTrace())
        .map(StackTraceElement::getClassName)
        .anyMatch(
            name ->
                name.equals(Oracles.class.getName())
                    || (!(cause instanceof OracleViolation)
                        && name.startsWith("io.tickraft.core.")));
  }

  /**
   * Names the command that replays the run.
   *
   * @param command the command
   * @return a copy
   */
  public Picture replay(String command) {
    return new Picture(
        recorder,
        new Title(
            title.name, title.sentence, title.details, title.isAtEnd, command, title.settings));
  }

  /**
   * Adds the settings of the run.
   *
   * @param settings the settings in words, one a line, such as the choices of a shrunk run
   * @return a copy
   */
  public Picture settings(List<String> settings) {
    return new Picture(
        recorder,
        new Title(
            title.name,
            title.sentence,
            title.details,
            title.isAtEnd,
            title.replay,
            List.copyOf(settings)));
  }

  /** {@return the page} */
  public String html() {
    recorder.finish();
    List<Step> steps = recorder.steps();
    boolean[] cone =
        title.sentence.isEmpty()
            ? new boolean[0]
            : CauseCone.of(steps, steps.size() - 1, title.isAtEnd);
    String data = new PictureData(recorder, cone).text(title);
    return resource("picture.html")
        .replace("@TITLE@", escaped(title.name))
        .replace("@STYLE@", resource("picture.css"))
        .replace("@SCRIPT@", resource("picture.js"))
        .replace("@DATA@", data);
  }

  /**
   * Writes the page to a file that is named after the run. The directory is the first of these: the
   * one that the system property {@code tickraft.pictures} names; {@code pictures} in the module's
   * build directory ({@code target} or {@code build}), if there is one; {@code tickraft-pictures}
   * in the directory for temporary files. The module is the system property {@code basedir} or, if
   * it is not set, the working directory.
   *
   * @return the file; empty if {@code tickraft.pictures} is {@code none}, or if the file cannot be
   *     written, as that must not hide the failure of a test
   */
  public Optional<Path> write() {
    String wanted = System.getProperty(DIRECTORY_PROPERTY, "");
    if (wanted.equals(NOWHERE)) {
      return Optional.empty();
    }
    Path directory = wanted.isEmpty() ? usualDirectory() : Path.of(wanted);
    Path file = directory.resolve(fileName());
    try {
      Files.createDirectories(directory);
      Files.writeString(file, html());
      return Optional.of(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path usualDirectory() {
    Path module = Path.of(System.getProperty("basedir", ""));
    for (String build : List.of("target", "build")) {
      if (Files.isDirectory(module.resolve(build))) {
        return module.resolve(build).resolve("pictures");
      }
    }
    return Path.of(System.getProperty("java.io.tmpdir", "")).resolve("tickraft-pictures");
  }

  private String fileName() {
    String name = title.name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return name.substring(0, Math.min(MAX_FILE_NAME, name.length())) + ".html";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (InputStream in = Picture.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
