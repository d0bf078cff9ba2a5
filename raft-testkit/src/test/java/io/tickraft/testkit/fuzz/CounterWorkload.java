package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.StateMachine;
import java.util.function.Supplier;

/** What someone writes to fuzz a state machine of one's own: a counter, here. */
record CounterWorkload(Supplier<? extends Counter> counters)
    implements Workload<CounterWorkload.Counter, String, Long> {

  /** Counts its commands. */
  static class Counter implements StateMachine {
    long value;

    @Override
    public void apply(Entry entry) {
      value += entry.getType() == EntryType.ENTRY_TYPE_COMMAND ? 1 : 0;
    }

    @Override
    public ByteString save() {
      return ByteString.copyFromUtf8(Long.toString(value));
    }

    @Override
    public void restore(Snapshot snapshot) {
      String saved = snapshot.getData().toStringUtf8();
      value = saved.isEmpty() ? 0 : Long.parseLong(saved);
    }
  }

  @Override
  public Counter machine() {
    return counters.get();
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
  public Model<?, String, Long> model() {
    return Model.of(
        0L,
        (value, input) -> {
          long next = input.equals("get") ? value : value + 1;
          return new Model.Step<>(next, next);
        });
  }
}
