package io.tickraft.examples.kv;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line of the key-value server. */
@Command(
    name = "kv.jar",
    description = "A replicated key-value server that Redis clients can talk to.",
    subcommands = {
      ClusterCommand.class,
      ServerCommand.class,
      RecoverCommand.class,
      UserCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = CommandLine.ScopeType.INHERIT)
public final class Main {

  private Main() {}

  /**
   * Runs a command. Exits with 2 if an option is wrong, and with 1 if a node cannot start or fails.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setParameterExceptionHandler(Main::reject);
    return commandLine;
  }

  private static int reject(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    err.println("kv: " + problem + " (--help shows the options)");
    return CommandLine.ExitCode.USAGE;
  }
}
