package io.tickraft.testkit.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The command line of the testkit.
 *
 * <p>A subcommand is a class with {@link Command} that is listed below. It returns one of the codes
 * of {@link ExitCode}, and throws a {@link ParameterException} for a wrong option or a file that
 * cannot be used.
 */
@Command(
    name = Main.NAME,
    description = "Fuzzes Raft groups in virtual time, and works with the runs that fail.",
    // The subcommands, in the order in which --help shows them.
    subcommands = {io.tickraft.testkit.cli.mutants.MutantsCommand.class},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = CommandLine.ScopeType.INHERIT)
public final class Main {

  static final String NAME = "raft-testkit-cli.jar";

  private Main() {}

  /**
   * Runs a subcommand, and exits with its {@link ExitCode}.
   *
   * @param args the subcommand and its options
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** {@return the command line, with all subcommands} */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setParameterExceptionHandler(Main::reject);
    return commandLine;
  }

  private static int reject(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    err.println("raft-testkit-cli: " + problem + " (--help shows the options)");
    return ExitCode.USAGE;
  }
}
