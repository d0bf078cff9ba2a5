package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.fuzz.ClientRequests;
import io.tickraft.testkit.history.Model;

/** What clients ask of a state machine that is the text of all commands: its whole text. */
record TextRequests() implements ClientRequests<String, String> {

  @Override
  public ByteString command(long number, Choices choices) {
    return ByteString.copyFromUtf8(number + ";");
  }

  @Override
  public String input(ByteString command) {
    return command.toStringUtf8();
  }

  @Override
  public String query(long number, Choices choices) {
    return "";
  }

  @Override
  public Model<?, String, String> model() {
    return Model.of("", (text, input) -> new Model.Step<>(text + input, text + input));
  }
}
