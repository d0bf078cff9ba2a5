package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeTextTest {

  private static long times(String text, String code) {
    return new CodeText(text).find(code).size();
  }

  @Test
  void findsCodeThatIsFormattedDifferently() {
    String text = "int a = b(\n      c, d); // a comment\n  return a;";

    assertThat(times(text, "a = b( c,d );  return a;")).isEqualTo(1);
  }

  @Test
  void commentsDoNotCount() {
    assertThat(times("a /* one */ = // two\n b;", "a = b;")).isEqualTo(1);
    assertThat(times("a = b;", "a = /* three */ b;")).isEqualTo(1);
    assertThat(times("// a = b;", "a = b;")).isEqualTo(0);
  }

  @ParameterizedTest
  @CsvSource({"total = b;, al = b;", "a = bc;, a = b", "return x;, urn x;"})
  void findsNoPartOfAWord(String text, String code) {
    assertThat(times(text, code)).isEqualTo(0);
  }

  @Test
  void literalsAreNotCommentsAndKeepTheirBlanks() {
    assertThat(times("say(\"// x\"); a = b;", "a = b;")).isEqualTo(1);
    assertThat(times("say(\"x  y\");", "say(\"x y\");")).isEqualTo(0);
    assertThat(times("c = '\"'; a = b; d = '\"';", "a = b;")).isEqualTo(1);
    assertThat(times("s = \"\\\"\"; a = b;", "a = b;")).isEqualTo(1);
    assertThat(times("s = \"\"\"\n a = b; \"\n \"\"\";", "a = b;")).isEqualTo(0);
  }

  @Test
  void tellsEachPlace() {
    assertThat(new CodeText("x = 1; y = 2; x = 1;").find("x = 1;"))
        .containsExactly(new CodeText.Place(0, 6), new CodeText.Place(14, 20));
  }

  @Test
  void aTextOfCommentsIsEmpty() {
    assertThat(CodeText.isEmpty(" \n // nothing\n /* here */ ")).isTrue();
    assertThat(CodeText.isEmpty(" ; ")).isFalse();
  }
}
