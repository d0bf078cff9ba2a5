package io.tickraft.testkit.scenario;

import java.util.ArrayList;
import java.util.List;

/**
 * A story of a group of nodes as text: lines of commands, and under each what came of it.
 *
 * <pre>{@code
 * Scenario scenario = Scenario.parse("example.txt", text);
 * scenario.check();
 * }</pre>
 *
 * <p>It can be run again and again, each time with a group of its own.
 */
public final class Scenario {

  private final Script script;

  private Scenario(Script script) {
    this.script = script;
  }

  /**
   * Reads a scenario.
   *
   * @param file the name of its file, which mistakes are reported with
   * @param text its text
   * @return the scenario, of which nothing was run yet
   * @throws ScenarioException if the text is none of a scenario
   */
  public static Scenario parse(String file, String text) {
    return new Scenario(Script.parse(file, text));
  }

  /**
   * Runs the commands and compares what comes of them with what is expected.
   *
   * @throws AssertionError if something else came of them, or a promise of Raft was broken
   * @throws ScenarioException if a command cannot be carried out
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
      String rest = "\nand so " + (others == 1 ? "does " : "do ") + others + " more after it";
      throw new AssertionError(first + (others == 0 ? "" : rest));
    }
  }

  private String mismatch(Script.Part.Block block, List<String> actual) {
    return at(block)
        + "\nhas another transcript than is expected (-: expected, +: actual)\n"
        + TranscriptDiff.of(block.expected(), actual);
  }

  private String at(Script.Part.Block block) {
    return script.file() + ":" + block.line() + ": " + block.text();
  }

  /**
   * Runs the commands and puts what comes of them in place of what was expected.
   *
   * @return the text of the scenario with the actual transcript
   * @throws AssertionError if a promise of Raft was broken
   * @throws ScenarioException if a command cannot be carried out
   */
  public String rewritten() {
    List<Script.Part.Block> blocks = script.blocks();
    List<List<String>> transcripts = run();
    return script.with(block -> transcripts.get(blocks.indexOf(block)));
  }

  private List<List<String>> run() {
    World world = new World();
    List<List<String>> transcripts = new ArrayList<>();
    for (Script.Part.Block block : script.blocks()) {
      Transcript transcript = new Transcript(block.verbosity());
      world.tellTo(transcript);
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
