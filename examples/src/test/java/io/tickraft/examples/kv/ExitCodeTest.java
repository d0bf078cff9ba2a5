package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.DropReason;
import io.tickraft.core.RaftEvent;
import io.tickraft.examples.kv.store.StoreException;
import io.tickraft.proto.Message;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void aFailureThatMayPassIsOne() {
    assertThat(ExitCode.of(new StoreException("the disk is full"))).isEqualTo(1);
    assertThat(ExitCode.of(new OutOfMemoryError())).isEqualTo(1);
    assertThat(ExitCode.of(new IllegalStateException(new RuntimeException()))).isEqualTo(1);
  }

  @Test
  void aNodeThatContradictsItsLeaderIsThreeWhateverIsAroundTheReason() {
    DivergenceGuard guard = new DivergenceGuard(event -> {});
    assertThatThrownBy(
            () ->
                guard.onEvent(
                    new RaftEvent.MessageDropped(
                        Message.getDefaultInstance(), DropReason.CONTRADICTS_COMMITTED)))
        .satisfies(
            diverged -> {
              assertThat(ExitCode.of(diverged)).isEqualTo(3);
              assertThat(ExitCode.of(new ExecutionException(new RuntimeException(diverged))))
                  .isEqualTo(3);
            });
  }
}
