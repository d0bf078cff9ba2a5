package io.tickraft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {

  private static final String TEXT =
      """
      1 [10, 25] put a 7 -> ok
      2 [12, 14] get a -> ok  7
      3 [13, ?] put a x -> y -> unknown
      1 [26, ?] get a -> failed
      """;

  private static final HistoryFormat<String, String> PLAIN =
      new HistoryFormat<>(input -> input, input -> input, output -> output, output -> output);

  @Test
  void aHistoryIsRecorded() {
    AtomicLong clock = new AtomicLong();
    HistoryRecorder<String, String> recorder = new HistoryRecorder<>(clock::incrementAndGet);
    HistoryRecorder.Pending<String, String> first = recorder.begin(1, "put a 7");
    HistoryRecorder.Pending<String, String> second = recorder.begin(2, "get a");
    recorder.begin(3, "put a 8");
    second.ok("7");
    first.ok("");
    recorder.begin(1, "put a 9").failed();
    recorder.begin(1, "put a 10").unknown();

    assertThat(PLAIN.write(recorder.history()))
        .isEqualTo(
            """
            1 [1, 5] put a 7 -> ok
            2 [2, 4] get a -> ok 7
            3 [3, ?] put a 8 -> unknown
            1 [6, ?] put a 9 -> failed
            1 [7, ?] put a 10 -> unknown
            """);
    assertThatThrownBy(() -> first.unknown())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an operation ends once: 1 [1, 5] put a 7 -> ok");
  }

  @Test
  void theTextOfAHistoryIsRead() {
    History<String, String> history = PLAIN.read("# comment\n\n" + TEXT);
    assertThat(history.operations().get(1))
        .isEqualTo(new Operation<>(2, 12, "get a", new Completion.Ok<>(14, " 7")));
    assertThat(history).hasToString(TEXT);
    assertThat(PLAIN.read(history.toString())).isEqualTo(history);
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.write(PLAIN.read(TEXT)))
        .withMessage("an input or output must not contain ' -> ' or a line break: 'put a x -> y'");
    History<String, String> lines =
        new History<>(List.of(new Operation<>(1, 1, "a", new Completion.Ok<>(2, "b\nc"))));
    assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.write(lines));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 [10, 25] put a 7",
        "1 [10, ?] put a 7 -> ok",
        "1 [10, 11] put a 7 -> unknown",
        "1 [10, 9] put a 7 -> ok",
        "-1 [10, 11] put a 7 -> ok",
        "x [10, 11] put a 7 -> ok",
        "1 [10, 11] put a 7 -> okay",
      })
  void whatIsNoOperationIsRefused(String line) {
    assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.read(line));
  }

  @Test
  void requestsAreReadFromTheirText() {
    assertThat(KeyValueRequest.parse("put a b c"))
        .isEqualTo(new KeyValueRequest.Put("a", "b c"))
        .hasToString("put a b c");
    assertThat(KeyValueRequest.parse("get a"))
        .isEqualTo(new KeyValueRequest.Get("a"))
        .hasToString("get a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyValueRequest.parse("delete a"))
        .withMessage("not a request: 'delete a'");
  }

  @Test
  void theHistoriesOfSeveralThreadsAreMerged() {
    assertThat(
            History.merged(
                List.of(
                    PLAIN.read("1 [5, 6] b -> ok\n1 [7, 8] c -> ok\n"),
                    PLAIN.read("2 [1, 9] a -> ok\n"))))
        .hasToString("2 [1, 9] a -> ok\n1 [5, 6] b -> ok\n1 [7, 8] c -> ok\n");
  }

  @Test
  void impossibleOperationsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Operation<>(1, 5, "a", new Completion.Ok<>(4, "b")))
        .withMessage("an operation ends at 4, before its invocation at 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Operation<>(-1, 5, "a", new Completion.Failed<>()))
        .withMessage("client: at least 0: -1");
  }
}
