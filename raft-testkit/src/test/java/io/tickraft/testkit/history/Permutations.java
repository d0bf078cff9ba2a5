package io.tickraft.testkit.history;

import java.util.ArrayList;
import java.util.List;

/** Tries all orders of a short history of one key, without any cleverness. */
final class Permutations {

  private Permutations() {}

  /** Returns whether some order explains all answers. */
  static boolean areExplained(History<KeyValueRequest, String> history) {
    List<Operation<KeyValueRequest, String>> left =
        history.operations().stream()
            .filter(operation -> !(operation.completion() instanceof Completion.Failed))
            .toList();
    return areExplained(left, "");
  }

  private static boolean areExplained(List<Operation<KeyValueRequest, String>> left, String value) {
    if (left.stream().allMatch(operation -> operation.completion() instanceof Completion.Unknown)) {
      return true;
    }
    for (Operation<KeyValueRequest, String> first : left) {
      boolean isPreceded = left.stream().anyMatch(other -> other.end() < first.invokedAt());
      if (!isPreceded && isRight(first, value)) {
        List<Operation<KeyValueRequest, String>> rest = new ArrayList<>(left);
        rest.remove(first);
        if (areExplained(rest, after(first, value))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isRight(Operation<KeyValueRequest, String> operation, String value) {
    return !(operation.input() instanceof KeyValueRequest.Get)
        || !(operation.completion() instanceof Completion.Ok<String> ok)
        || ok.output().equals(value);
  }

  private static String after(Operation<KeyValueRequest, String> operation, String value) {
    return operation.input() instanceof KeyValueRequest.Put put ? put.value() : value;
  }

  /** Returns whether an order contains all answers of a history, and explains them. */
  static boolean isRight(
      List<Operation<KeyValueRequest, String>> order, History<KeyValueRequest, String> history) {
    String value = "";
    for (int i = 0; i < order.size(); i++) {
      Operation<KeyValueRequest, String> operation = order.get(i);
      boolean isPreceded =
          order.subList(i + 1, order.size()).stream()
              .anyMatch(later -> later.end() < operation.invokedAt());
      if (isPreceded || !isRight(operation, value)) {
        return false;
      }
      value = after(operation, value);
    }
    return history.operations().stream()
        .filter(operation -> operation.completion() instanceof Completion.Ok)
        .allMatch(order::contains);
  }
}
