package io.tickraft.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of histories, for example to keep a history that showed an error as a file. Each
 * line is an operation: the client, the times of the invocation and of the answer, the input, and
 * how the operation ended.
 *
 * <pre>{@code
 * 1 [10, 25] put a 7 -> ok
 * 2 [12, 14] get a -> ok 7
 * 3 [13, ?] put a 8 -> unknown
 * 1 [26, ?] put a 9 -> failed
 * }</pre>
 *
 * <p>Empty lines and lines that begin with {@code #} are skipped.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param input writes an input
 * @param inputOf reads an input
 * @param output writes an output, in which the empty text is allowed
 * @param outputOf reads an output
 */
public record HistoryFormat<I, O>(
    Function<I, String> input,
    Function<String, I> inputOf,
    Function<O, String> output,
    Function<String, O> outputOf) {

  private static final String ARROW = " -> ";
  private static final Pattern LINE =
      Pattern.compile("(\\d+) \\[(-?\\d+), (\\?|-?\\d+)] (.*) -> (unknown|failed|ok( .*)?)");

  /**
   * Writes a history.
   *
   * @param history the history
   * @return one line for each operation
   * @throws IllegalArgumentException if the text of an input or an output contains a line break or
   *     an arrow
   */
  public String write(History<I, O> history) {
    StringBuilder text = new StringBuilder();
    for (Operation<I, O> operation : history.operations()) {
      text.append(line(operation, o -> checked(input.apply(o)), o -> checked(output.apply(o))))
          .append('\n');
    }
    return text.toString();
  }

  private static String checked(String text) {
    if (text.contains(ARROW) || text.lines().count() > 1) {
      throw new IllegalArgumentException(
          "an input or output must not contain ' -> ' or a line break: '" + text + "'");
    }
    return text;
  }

  /** Returns the line of an operation. */
  static <I, O> String line(
      Operation<I, O> operation, Function<I, String> input, Function<O, String> output) {
    String end = "?";
    String outcome = operation.completion() instanceof Completion.Failed ? "failed" : "unknown";
    if (operation.completion() instanceof Completion.Ok<O> ok) {
      end = Long.toString(ok.at());
      String answer = output.apply(ok.output());
      outcome = answer.isEmpty() ? "ok" : "ok " + answer;
    }
    return operation.client()
        + " ["
        + operation.invokedAt()
        + ", "
        + end
        + "] "
        + input.apply(operation.input())
        + ARROW
        + outcome;
  }

  /**
   * Reads a history.
   *
   * @param text one line for each operation, in any order
   * @return the history
   * @throws IllegalArgumentException if a line is not an operation; the message contains the line
   */
  public History<I, O> read(String text) {
    List<Operation<I, O>> operations = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> operations.add(operation(line)));
    return new History<>(operations);
  }

  private Operation<I, O> operation(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an operation: '" + line + "'");
    }
    return new Operation<>(
        Long.parseLong(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        inputOf.apply(matcher.group(4)),
        completion(line, matcher.group(3), matcher.group(5)));
  }

  private Completion<O> completion(String line, String end, String outcome) {
    if (outcome.startsWith("ok") == end.equals("?")) {
      throw new IllegalArgumentException("only an answer has a time: '" + line + "'");
    }
    if (outcome.startsWith("ok")) {
      return new Completion.Ok<>(
          Long.parseLong(end), outputOf.apply(outcome.equals("ok") ? "" : outcome.substring(3)));
    }
    return outcome.equals("failed") ? new Completion.Failed<>() : new Completion.Unknown<>();
  }
}
