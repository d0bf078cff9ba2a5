package io.tickraft.examples.kv;

import java.io.PrintWriter;
import java.util.List;
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

  /** The commands that run until a signal ends them. */
  private static final List<String> SERVERS = List.of("server", "cluster");

  private Main() {}

  /**
   * Runs a command, and exits with one of the codes that {@code --help} lists. What nobody handles
   * ends the process, on whichever thread it is thrown.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    Thread.setDefaultUncaughtExceptionHandler(Main::die);
    System.exit(commandLine().execute(args));
  }

  private static void die(Thread thread, Throwable why) {
    try {
      System.err.println("kv: the thread " + thread.getName() + " has failed");
      why.printStackTrace();
    } finally {
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setParameterExceptionHandler(Main::reject);
    for (CommandLine command : commandLine.getSubcommands().values()) {
      if (SERVERS.contains(command.getCommandName())) {
        command
            .getCommandSpec()
            .usageMessage()
            .exitCodeListHeading("Exit codes:%n")
            .exitCodeList(ExitCode.descriptions());
      }
    }
    return commandLine;
  }

  private static int reject(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    err.println("kv: " + problem + " (--help shows the options)");
    return ExitCode.USAGE;
  }
}
