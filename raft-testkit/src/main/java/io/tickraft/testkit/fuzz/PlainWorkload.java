package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.StateMachine;
import java.util.function.Supplier;

/**
 * Commands for a state machine of which nothing is known: nobody is told anything.
 *
 * @param machines creates state machines
 * @param commands makes commands
 */
record PlainWorkload(Supplier<? extends StateMachine> machines, CommandSource commands)
    implements Workload<StateMachine, ByteString, String> {

  @Override
  public StateMachine machine() {
    return machines.get();
  }

  @Override
  public ByteString command(long number, Choices choices) {
    return commands.command(number, choices);
  }

  @Override
  public ByteString input(ByteString command) {
    return command;
  }

  @Override
  public ByteString query(long number, Choices choices) {
    return ByteString.EMPTY;
  }

  @Override
  public String answer(StateMachine machine, ByteString input) {
    return "";
  }

  @Override
  public Model<?, ByteString, String> model() {
    return Model.of("", (state, input) -> new Model.Step<>("", ""));
  }

  @Override
  public boolean deduplicates() {
    return true; // Nobody would see the difference.
  }
}
