package io.tickraft.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The parsed text of a scenario: lines of commands with their expected transcripts. */
final class Script {

  /** The indentation of the lines of a transcript. */
  static final String INDENT = "  ";

  /** A part of the text. */
  sealed interface Part {

    /** A comment or an empty line, never rewritten. */
    record Layout(String text) implements Part {}

    /**
     * A line of commands and its transcript.
     *
     * @param line the number of the line, from 1
     * @param text the line
     * @param verbosity how much its transcript shows
     * @param commands at least one
     * @param expected the lines of the transcript, with their indentation
     */
    record Block(
        int line, String text, Verbosity verbosity, List<Command> commands, List<String> expected)
        implements Part {}
  }

  private final String file;
  private final List<Part> parts = new ArrayList<>();

  private Script(String file) {
    this.file = file;
  }

  /** Returns the comment lines directly above a block, without those above other blocks. */
  List<String> commentsAbove(Part.Block block) {
    List<String> comments = new ArrayList<>();
    for (Part part : parts) {
      if (part.equals(block)) {
        break;
      } else if (part instanceof Part.Layout layout && layout.text().startsWith("#")) {
        comments.add(layout.text());
      } else if (part instanceof Part.Block) {
        comments.clear();
      }
    }
    return comments;
  }

  static Script parse(String file, String text) {
    Script script = new Script(file);
    List<String> lines = text.lines().toList();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at).stripTrailing();
      int number = ++at;
      if (line.isEmpty() || line.startsWith("#")) {
        script.parts.add(new Part.Layout(line));
      } else if (Character.isWhitespace(line.charAt(0))) {
        throw new ScenarioException(
            file,
            number,
            line.startsWith(INDENT)
                ? "a transcript without a command directly above it"
                : "a transcript must be indented by two blanks");
      } else {
        List<String> expected = new ArrayList<>();
        while (at < lines.size() && isTranscript(lines.get(at))) {
          expected.add(lines.get(at++).stripTrailing());
        }
        script.parts.add(block(file, number, line, expected));
      }
    }
    if (script.blocks().isEmpty()) {
      throw new ScenarioException(file, Math.max(1, lines.size()), "there is no command");
    }
    return script;
  }

  private static boolean isTranscript(String line) {
    return line.startsWith(INDENT) && !line.isBlank();
  }

  private static Part.Block block(String file, int line, String text, List<String> expected) {
    List<Command> commands = new ArrayList<>();
    LineParser parser = new LineParser(file, line, text);
    Verbosity verbosity = parser.verbosity();
    while (parser.hasCommand()) {
      commands.add(parser.command());
    }
    return new Part.Block(line, text, verbosity, commands, expected);
  }

  String file() {
    return file;
  }

  List<Part.Block> blocks() {
    return parts.stream().filter(Part.Block.class::isInstance).map(Part.Block.class::cast).toList();
  }

  /** Returns the text with the given transcripts in place of the expected ones. */
  String with(Function<Part.Block, List<String>> transcripts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Block block) {
        text.append(block.text()).append('\n');
        transcripts.apply(block).forEach(line -> text.append(line).append('\n'));
      } else if (part instanceof Part.Layout layout) {
        text.append(layout.text()).append('\n');
      }
    }
    return text.toString();
  }
}
