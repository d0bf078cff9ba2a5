package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "*, ``, true",
        "*, abc, true",
        "``, ``, true",
        "``, a, false",
        "abc, abc, true",
        "abc, abcd, false",
        "abcd, abc, false",
        "a*, abc, true",
        "a*, b, false",
        "*c, abc, true",
        "*c, abcd, false",
        "a*b*c, axxbyyc, true",
        "a*b*c, axxcyyb, false",
        "*ab*, aab, true",
        "*aab, aaab, true",
        "**a**, bab, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "?, ``, false",
        "[abc], b, true",
        "[abc], d, false",
        "[a-c], b, true",
        "[c-a], b, true",
        "[a-c]x, dx, false",
        "[^a-c], d, true",
        "[^a-c], b, false",
        "[a-], -, true",
        "[\\]], ], true",
        "[abc, b, true",
        "x[, x, false",
        "\\*, *, true",
        "\\*, a, false",
        "a\\, a\\, true",
      })
  void aPatternMatchesAsInRedis(String pattern, String key, boolean matches) {
    assertThat(new Glob(ByteString.copyFromUtf8(pattern)).matches(ByteString.copyFromUtf8(key)))
        .isEqualTo(matches);
  }

  @Test
  void manyStarsTakeNoLongerThanOne() {
    Glob pattern = new Glob(ByteString.copyFromUtf8("*a".repeat(60) + "b"));
    assertThat(pattern.matches(ByteString.copyFromUtf8("a".repeat(100_000)))).isFalse();
  }

  @Test
  void aLongPatternIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Glob(ByteString.copyFromUtf8("a".repeat(129))))
        .withMessage("a pattern has at most 128 bytes");
  }
}
