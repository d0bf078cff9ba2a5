package io.tickraft.testkit.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs the command in this process and keeps what it writes. */
final class TestCommand {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Returns the exit code. */
  int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  /** Executes a line whose words are separated by spaces, and some more arguments. */
  int executeLine(String line, Object... more) {
    List<String> arguments = new ArrayList<>(List.of(line.trim().split(" +", -1)));
    for (Object argument : more) {
      arguments.add(argument.toString());
    }
    return execute(arguments.toArray(String[]::new));
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
