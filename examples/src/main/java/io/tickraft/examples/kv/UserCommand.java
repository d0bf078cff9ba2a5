package io.tickraft.examples.kv;

import io.tickraft.examples.kv.client.Users;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a line of the file of {@code --users}. */
@Command(
    name = "user",
    description = {
      "Prints the line of a user for the file of --users. The password is the first line of the "
          + "standard input; the line holds only a hash of it.",
      "  user alice writer < password >> users",
      "A client that gives a password without a name is the user default."
    })
final class UserCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME", description = "The name of the user.")
  @SuppressWarnings("NullAway.Init")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "ROLE",
      description =
          "What the user may do: reader: read keys; writer: change them, too; admin: change the "
              + "group, too.")
  @SuppressWarnings("NullAway.Init")
  private String role;

  @Override
  public Integer call() {
    try {
      String line = Users.line(name, role, StandardInput.firstLine());
      spec.commandLine().getOut().println(line);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }
}
