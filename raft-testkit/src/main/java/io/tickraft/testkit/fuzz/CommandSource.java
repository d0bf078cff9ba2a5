package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.sim.Choices;
import java.nio.charset.StandardCharsets;

/** Makes the commands that a run proposes. */
@FunctionalInterface
public interface CommandSource {

  /** Short texts, each with the number of the command, and of random length. */
  CommandSource NUMBERED_TEXTS =
      (number, choices) ->
          ByteString.copyFrom(
              "command " + number + "x".repeat(choices.next("length", 20)),
              StandardCharsets.US_ASCII);

  /**
   * Makes a command.
   *
   * @param number the number of the command in this run, from 1; no two commands have the same
   *     number
   * @param choices make all random decisions about the command
   * @return the command; the state machine must be able to apply it
   */
  ByteString command(long number, Choices choices);
}
