package io.tickraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegersTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE})
  void aNumberIsReadAsItIsWritten(long number) {
    assertThat(Integers.parse(Integers.format(number))).hasValue(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        "01",
        "-0",
        " 1",
        "1 ",
        "1.0",
        "x",
        "9223372036854775808",
        "\u0661",
        "-9223372036854775809",
        "111111111111111111111"
      })
  void whatRedisWouldNotWriteIsNoNumber(String text) {
    assertThat(Integers.parse(ByteString.copyFromUtf8(text))).isEmpty();
  }
}
