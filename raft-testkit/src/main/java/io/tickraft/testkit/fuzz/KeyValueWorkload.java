package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.history.KeyValueModel;
import io.tickraft.testkit.history.KeyValueRequest;
import io.tickraft.testkit.history.Model;
import io.tickraft.testkit.sim.Choices;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Puts and gets of a few keys, so that clients often meet at one. The value of each put is the
 * number of its command.
 *
 * @param machines creates state machines
 */
record KeyValueWorkload(Supplier<? extends KeyValueMachine> machines)
    implements Workload<KeyValueMachine, KeyValueRequest, String> {

  private static final List<KeyValueRequest> GETS =
      List.of(
          new KeyValueRequest.Get("a"), new KeyValueRequest.Get("b"), new KeyValueRequest.Get("c"));

  private static final int MAX_PADDING = 20;

  @Override
  public KeyValueMachine machine() {
    return machines.get();
  }

  /** A key and the number of the command, and a text of random length. */
  @Override
  public ByteString command(long number, Choices choices) {
    return ByteString.copyFrom(
        key(number) + "=" + number + "x".repeat(choices.next("length", MAX_PADDING)),
        StandardCharsets.US_ASCII);
  }

  private static String key(long number) {
    return GETS.get((int) (number % GETS.size())).key();
  }

  @Override
  public KeyValueRequest input(ByteString command) {
    long number = KeyValueMachine.number(command);
    return new KeyValueRequest.Put(key(number), Long.toString(number));
  }

  @Override
  public KeyValueRequest query(long number, Choices choices) {
    return GETS.get((int) (number % GETS.size()));
  }

  @Override
  public String answer(KeyValueMachine machine, KeyValueRequest input) {
    return input instanceof KeyValueRequest.Get get ? machine.get(get.key()) : "";
  }

  @Override
  public Model<?, KeyValueRequest, String> model() {
    return new KeyValueModel();
  }

  @Override
  public boolean deduplicates() {
    return true;
  }
}
