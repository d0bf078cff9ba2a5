package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.mutants.MutantsCommand;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of the testkit.
 *
 * <p>A subcommand is a class with {@link Command} that is listed below. It returns one of the codes
 * of {@link ExitCode}, and throws a {@link ParameterException} for a wrong option or a file that
 * cannot be used.
 */
@Command(
    name = Main.NAME,
    description =
        "Fuzzes Raft groups in virtual time, explores all short runs, and works with the runs that"
            + " fail.",
    // The subcommands, in the order in which --help shows them.
    subcommands = {
      FuzzCommand.class,
      ReplayCommand.class,
      ShrinkCommand.class,
      ScenarioCommand.class,
      ExploreCommand.class,
      PictureCommand.class,
      MutantsCommand.class,
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every promise was kept",
      "1:a run breaks a promise, or a transcript differs from the expected one",
      "2:an option is wrong, or a file or class cannot be used",
      "70:a bug in this command"
    },
    usageHelpAutoWidth = true,
    scope = CommandLine.ScopeType.INHERIT)
public final class Main {

  static final String NAME = "raft-testkit-cli.jar";

  /** Begins each line about what is wrong with the input. */
  static final String PREFIX = "raft-testkit-cli: ";

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
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionStrategy(Main::execute);
    commandLine.setParameterExceptionHandler(Main::reject);
    commandLine.setExecutionExceptionHandler(Main::fail);
    return commandLine;
  }

  /** Executes the subcommand. Java takes an error that is not caught for exit code 1. */
  private static int execute(ParseResult arguments) {
    try {
      return new CommandLine.RunLast().execute(arguments);
    } catch (LinkageError e) {
      throw new ExecutionException(
          arguments.commandSpec().commandLine(),
          "linkage",
          new UsageException("the classes of --class-path do not fit this version: " + e, e));
    } catch (Error e) {
      throw new ExecutionException(arguments.commandSpec().commandLine(), e.toString(), e);
    }
  }

  private static int reject(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String problem =
        e instanceof UnmatchedArgumentException unmatched && isNoCommand(unmatched)
            ? "no command '"
                + unmatched.getUnmatched().get(0)
                + "'; the commands are "
                + String.join(", ", e.getCommandLine().getSubcommands().keySet())
            : String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    err.println(PREFIX + problem + " (--help shows the options)");
    return ExitCode.USAGE;
  }

  private static boolean isNoCommand(UnmatchedArgumentException e) {
    return e.getCommandLine().getParent() == null && !e.isUnknownOption();
  }

  /**
   * Returns the jar file of this program as it can be given to {@code java -jar} in the current
   * directory, or its name if the program was started in another way.
   */
  static String jar() {
    CodeSource source = Main.class.getProtectionDomain().getCodeSource();
    if (source == null || !source.getLocation().getPath().endsWith(".jar")) {
      return NAME;
    }
    try {
      Path jar = Path.of(source.getLocation().toURI());
      Path here = Path.of("").toAbsolutePath();
      return (jar.startsWith(here) ? here.relativize(jar) : jar).toString();
    } catch (URISyntaxException e) {
      return NAME;
    }
  }

  private static int fail(Exception e, CommandLine commandLine, ParseResult arguments) {
    PrintWriter err = commandLine.getErr();
    if (e instanceof UsageException) {
      err.println(PREFIX + e.getMessage());
      return ExitCode.USAGE;
    }
    e.printStackTrace(err);
    return ExitCode.INTERNAL;
  }
}
