package io.tickraft.examples.kv.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void textStaysAsItIs() {
    assertThat(Printable.of("cluster 'Überall'/3 = 7 €")).isEqualTo("cluster 'Überall'/3 = 7 €");
  }

  @Test
  void whatIsNotVisibleBecomesAQuestionMark() {
    assertThat(Printable.of("a\nb\rc\u001b[31md\u0000e\u2028f\u202eg\ud800"))
        .isEqualTo("a?b?c?[31md?e?f?g?");
  }

  @Test
  void longTextIsCut() {
    assertThat(Printable.of("x".repeat(200))).hasSize(200);
    assertThat(Printable.of("x".repeat(100_000))).isEqualTo("x".repeat(200) + "...");
  }
}
