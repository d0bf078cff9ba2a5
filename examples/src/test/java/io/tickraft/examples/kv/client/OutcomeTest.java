package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

  @ParameterizedTest
  @CsvSource({
    "MOVED 1 host:1,             MOVED",
    "CLUSTERDOWN No leader,      UNAVAILABLE",
    "NOTAPPLIED timed out,       UNAVAILABLE",
    "TRYAGAIN too much,          UNAVAILABLE",
    "OOM no memory,              UNAVAILABLE",
    "UNKNOWN leadership was lost,UNKNOWN",
    "ERR syntax error,           REFUSED",
    "NOPERM no,                  REFUSED",
    "WORD,                       REFUSED"
  })
  void anErrorIsClassifiedByItsCode(String error, Outcome outcome) {
    assertThat(Outcome.of(new Reply.Failure(error))).isEqualTo(outcome);
  }

  @Test
  void everyOtherReplyIsASuccess() {
    assertThat(Outcome.of(Reply.OK)).isEqualTo(Outcome.OK);
    assertThat(Outcome.of(Reply.NIL)).isEqualTo(Outcome.OK);
    assertThat(Outcome.of(Errors.REPLY_TOO_LARGE)).isEqualTo(Outcome.UNAVAILABLE);
  }
}
