package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.fuzz.ClientRequests;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;

/** What clients ask a counter for: they add a number and get the sum. A read adds 0. */
final class CounterClients implements ClientRequests<Long, Long> {

  static final Model<Long, Long, Long> COUNTER =
      Model.of(0L, (value, number) -> new Model.Step<>(value + number, value + number));

  @Override
  public ByteString command(long number, Choices choices) {
    return ByteString.copyFromUtf8(Integer.toString(choices.between("number", 1, 9)));
  }

  @Override
  public Long input(ByteString command) {
    return Long.valueOf(command.toStringUtf8());
  }

  @Override
  public Long query(long number, Choices choices) {
    return 0L;
  }

  @Override
  public Model<?, Long, Long> model() {
    return COUNTER;
  }
}
