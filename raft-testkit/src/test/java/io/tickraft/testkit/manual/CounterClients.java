package io.tickraft.testkit.manual;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.fuzz.Workload;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;

/** What clients ask a {@link Counter} for, and what it promises them. */
final class CounterClients implements Workload<Counter, String, Long> {

  @Override
  public Counter machine() {
    return new Counter();
  }

  @Override
  public ByteString command(long number, Choices choices) {
    return ByteString.copyFromUtf8("increment");
  }

  @Override
  public String input(ByteString command) {
    return "increment";
  }

  @Override
  public String query(long number, Choices choices) {
    return "get";
  }

  @Override
  public Long answer(Counter counter, String input) {
    return counter.value;
  }

  @Override
  public Model<Long, String, Long> model() {
    return Model.of(
        0L,
        (value, input) -> {
          long next = input.equals("get") ? value : value + 1;
          return new Model.Step<>(next, next);
        });
  }
}
