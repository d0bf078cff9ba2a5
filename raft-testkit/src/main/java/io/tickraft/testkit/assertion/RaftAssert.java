package io.tickraft.testkit.assertion;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.assertj.core.api.AbstractAssert;

/**
 * The base of the assertions. A failure names the checked value, shows the difference line by line,
 * and then the whole object.
 *
 * @param <S> the type of the assertion
 * @param <A> the type of the checked object
 */
abstract class RaftAssert<S extends RaftAssert<S, A>, A> extends AbstractAssert<S, A> {

  RaftAssert(A actual, Class<S> self) {
    super(actual, self);
  }

  /** The text of the whole object, for a failure. */
  abstract String text(A whole);

  /** Checks one value of the object. */
  final S has(String what, Object expected, Object found) {
    isNotNull();
    if (!expected.equals(found)) {
      throw failureWithActualExpected(
          found, expected, "%s: expected %s but was %s%s", what, expected, found, context());
    }
    return myself;
  }

  /** Checks one list of the object. A failure shows each element by its text. */
  final <T> S hasList(String what, List<T> expected, List<T> found, Function<T, String> text) {
    isNotNull();
    if (!expected.equals(found)) {
      List<String> expectedLines = expected.stream().map(text).toList();
      List<String> foundLines = found.stream().map(text).toList();
      if (expectedLines.equals(foundLines)) {
        // The short texts are equal: show the long ones.
        expectedLines = expected.stream().map(Objects::toString).toList();
        foundLines = found.stream().map(Objects::toString).toList();
      }
      throw failureWithActualExpected(
          String.join("\n", foundLines),
          String.join("\n", expectedLines),
          "%s: - is missing, + is surplus%n%s%s",
          what,
          LineDiff.of(expectedLines, foundLines),
          context());
    }
    return myself;
  }

  private String context() {
    return "\nin\n  " + text(actual).replace("\n", "\n  ");
  }
}
