package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of("", List.of()),
        Arguments.of("  \t ", List.of()),
        Arguments.of(" set  a 1 ", List.of("set", "a", "1")),
        Arguments.of("set a \"1 2\"", List.of("set", "a", "1 2")),
        Arguments.of("set a '1 2'", List.of("set", "a", "1 2")),
        Arguments.of("\"\" ''", List.of("", "")),
        Arguments.of("a\"b\"", List.of("ab")),
        Arguments.of("\"\\n\\r\\t\\b\\a\"", List.of("\n\r\t\b\u0007")),
        Arguments.of("\"\\x41\\xff\\x4\\xzz\"", List.of("A\u00ffx4xzz")),
        Arguments.of("\"a\\\"b\\\\\"", List.of("a\"b\\")),
        Arguments.of("'a\\'b\\n'", List.of("a'b\\n")),
        Arguments.of("a\\n", List.of("a\\n")));
  }

  private static List<ByteString> split(String line) throws ProtocolException {
    return Words.split(line.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aLineIsSplitAsInRedis(String line, List<String> words) throws ProtocolException {
    assertThat(split(line))
        .extracting(word -> word.toString(StandardCharsets.ISO_8859_1))
        .isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "'", "a \"b", "\"a\\\"", "'a\\'", "\"a\"b", "'a''b'"})
  void aQuoteMustBeClosedAndEndTheWord(String line) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> split(line))
        .withMessage("unbalanced quotes in request");
  }
}
