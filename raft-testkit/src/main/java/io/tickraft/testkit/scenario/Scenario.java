package io.tickraft.testkit.scenario;

import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.picture.PictureRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A test of a Raft group as text: lines of commands, each with its expected transcript.
 *
 * <pre>{@code
 * Scenario scenario = Scenario.parse("example.txt", text);
 * scenario.check();
 * }</pre>
 *
 * <p>A scenario can be run any number of times. Each run has a new group.
 */
public final class Scenario {

  private final Script script;

  private Scenario(Script script) {
    this.script = script;
  }

  /**
   * Parses a scenario, without running it.
   *
   * @param file the name of the file, for error messages
   * @param text the text of the scenario
   * @return the scenario
   * @throws ScenarioException if the text is not a valid scenario
   */
  public static Scenario parse(String file, String text) {
    return new Scenario(Script.parse(file, text));
  }

  /** {@return whether any command has an expected transcript that is not empty} */
  public boolean expectsTranscripts() {
    return script.blocks().stream().anyMatch(block -> !block.expected().isEmpty());
  }

  /**
   * Runs the commands and compares their transcripts with the expected ones.
   *
   * @throws AssertionError if a transcript differs, or a promise of the protocol is broken
   * @throws ScenarioException if a command cannot be run
   */
  public void check() {
    List<Script.Part.Block> blocks = script.blocks();
    List<List<String>> transcripts = run();
    String first = "";
    int others = -1;
    for (int i = 0; i < blocks.size(); i++) {
      if (!blocks.get(i).expected().equals(transcripts.get(i))) {
        first = first.isEmpty() ? mismatch(blocks.get(i), transcripts.get(i)) : first;
        others++;
      }
    }
    if (!first.isEmpty()) {
      String rest =
          "\n" + others + (others == 1 ? " later line differs" : " later lines differ") + " too";
      throw new AssertionError(first + (others == 0 ? "" : rest));
    }
  }

  private String mismatch(Script.Part.Block block, List<String> actual) {
    return at(block)
        + "\nthe transcript differs from the expected one (-: expected, +: actual)\n"
        + TranscriptDiff.of(block.expected(), actual);
  }

  private String at(Script.Part.Block block) {
    return script.file() + ":" + block.line() + ": " + block.text();
  }

  /**
   * Runs the commands and replaces the expected transcripts by the actual ones.
   *
   * @return the text of the scenario with the actual transcripts
   * @throws AssertionError if a promise of the protocol is broken
   * @throws ScenarioException if a command cannot be run
   */
  public String rewritten() {
    List<Script.Part.Block> blocks = script.blocks();
    List<List<String>> transcripts = run();
    return script.with(block -> transcripts.get(blocks.indexOf(block)));
  }

  /**
   * Runs the commands up to the first one that fails.
   *
   * @return what has happened
   */
  public Played play() {
    return play(new World(), block -> {});
  }

  /**
   * Runs the commands up to the first one that fails, and records what happens for a picture.
   *
   * @param recorder an empty recorder; it gets the commands and the comments, too
   * @return what has happened
   */
  public Played play(PictureRecorder recorder) {
    return play(
        new World(recorder, Oracles.all()),
        block -> {
          script.commentsAbove(block).forEach(recorder::note);
          block.text().lines().forEach(recorder::note);
        });
  }

  private Played play(World world, Consumer<Script.Part.Block> before) {
    List<Script.Part.Block> blocks = script.blocks();
    List<List<String>> transcripts = new ArrayList<>();
    Optional<Throwable> failure = Optional.empty();
    for (Script.Part.Block block : blocks) {
      Transcript transcript = new Transcript(block.verbosity());
      if (failure.isEmpty()) {
        world.writeTo(transcript);
        before.accept(block);
        try {
          block.commands().forEach(command -> Commands.run(world, command));
        } catch (RuntimeException | AssertionError e) {
          failure = Optional.of(e);
        }
      }
      transcripts.add(transcript.lines());
    }
    return new Played(script.with(block -> transcripts.get(blocks.indexOf(block))), failure);
  }

  /**
   * What has happened in a run of a scenario.
   *
   * @param text the text of the scenario with the actual transcripts, up to the line that fails
   * @param failure what was thrown: an {@link io.tickraft.testkit.oracle.OracleViolation} for a
   *     broken promise, a {@link ScenarioException} for a command that cannot be run; empty if all
   *     commands were run
   */
  public record Played(String text, Optional<Throwable> failure) {}

  private List<List<String>> run() {
    World world = new World();
    List<List<String>> transcripts = new ArrayList<>();
    for (Script.Part.Block block : script.blocks()) {
      Transcript transcript = new Transcript(block.verbosity());
      world.writeTo(transcript);
      run(world, block, transcript);
      transcripts.add(transcript.lines());
    }
    return transcripts;
  }

  private void run(World world, Script.Part.Block block, Transcript transcript) {
    try {
      for (Command command : block.commands()) {
        Commands.run(world, command);
      }
    } catch (ScenarioException e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      String soFar = String.join("\n", transcript.lines());
      throw new AssertionError(
          at(block) + "\n" + soFar + (soFar.isEmpty() ? "" : "\n") + e.getMessage(), e);
    }
  }
}
