package io.tickraft.testkit.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a history is linearizable.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 */
public sealed interface Verdict<I, O> {

  /**
   * The history is linearizable.
   *
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   * @param order a linearization: an order of the operations in which the model allows all answers,
   *     one part of the state after the other; it contains operations without an answer only if an
   *     answer depends on them
   */
  record Linearizable<I, O>(List<Operation<I, O>> order) implements Verdict<I, O> {}

  /**
   * The history is not linearizable: up to the answer of one operation, the misfit, it has no
   * linearization; up to the answer before, it has one.
   *
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   * @param misfit the operation whose answer is impossible
   * @param longest the longest order without the misfit that was found, of operations on the same
   *     part of the state
   * @param possible the answers that the model allows to the misfit after this order
   * @param concurrent the other operations on the part that are not in this order and had begun
   *     before the answer
   */
  record NotLinearizable<I, O>(
      Operation<I, O> misfit,
      List<Placed<I, O>> longest,
      List<O> possible,
      List<Operation<I, O>> concurrent)
      implements Verdict<I, O> {

    private static final int SHOWN = 12;

    /** {@return one sentence, and a table of the longest order} */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append("no order of the operations before time ")
          .append(misfit.end())
          .append(" explains this answer: ")
          .append(misfit)
          .append("\nafter the longest order without it, it would return: ")
          .append(possible.stream().map(String::valueOf).collect(Collectors.joining(" or ")));
      int skipped = Math.max(0, longest.size() - SHOWN);
      text.append("\nthe longest order without it")
          .append(skipped == 0 ? "" : ", without its first " + skipped + " operations")
          .append(" (client [begin, end] input -> output):\n");
      List<Placed<I, O>> shown = longest.subList(skipped, longest.size());
      int width = shown.stream().mapToInt(placed -> placed.line().length()).max().orElse(0);
      for (Placed<I, O> placed : shown) {
        String line = placed.line();
        text.append("  ")
            .append(line)
            .append(" ".repeat(width - line.length()))
            .append("   state ")
            .append(placed.state())
            .append('\n');
      }
      if (!concurrent.isEmpty()) {
        text.append("begun, and not in this order:\n");
        concurrent.forEach(operation -> text.append("  ").append(operation).append('\n'));
      }
      return text.toString();
    }
  }

  /**
   * The search was given up.
   *
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   * @param steps how many steps of the model were tried
   */
  record Undecided<I, O>(long steps) implements Verdict<I, O> {}

  /**
   * An operation in an order.
   *
   * @param <I> the type of the inputs
   * @param <O> the type of the outputs
   * @param operation the operation
   * @param state the text of the state after the operation
   */
  record Placed<I, O>(Operation<I, O> operation, String state) {
    private String line() {
      return operation.toString();
    }
  }
}
