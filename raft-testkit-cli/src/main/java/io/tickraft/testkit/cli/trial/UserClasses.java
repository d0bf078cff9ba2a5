package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.cli.UsageException;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a trial of the user's own, and the classes that they name. */
public final class UserClasses {

  private static final String ALL_JARS = "*";

  @Option(
      names = "--trial",
      paramLabel = "CLASS",
      description = {
        "The run: a public class with a public constructor without parameters that is a Trial, or a "
            + "Supplier of one, such as of a Fuzz with your own state machine."
      })
  private @Nullable String trial;

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "Where the class of --trial and what it needs is, as for java -cp.")
  private @Nullable String classPath;

  /** {@return the name of the class; empty if none was given} */
  public Optional<String> trial() {
    return Optional.ofNullable(trial);
  }

  /**
   * Returns settings with the class that was given, if one was.
   *
   * @param settings the settings of a file
   * @return the settings to run
   */
  public TrialSettings replacing(TrialSettings settings) {
    return new TrialSettings(
        trial().or(settings::trial), settings.nodes(), settings.steps(), settings.troubles());
  }

  /** {@return the class path as it was given; empty if it was not} */
  public Optional<String> classPath() {
    return Optional.ofNullable(classPath);
  }

  /** Returns a loader of the user's classes; throws a UsageException if a path does not exist. */
  ClassLoader loader() {
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath().orElse("").split(File.pathSeparator, -1)) {
      if (!entry.isEmpty()) {
        urls.addAll(urls(entry));
      }
    }
    // Lives as long as the process.
    return new URLClassLoader(urls.toArray(URL[]::new), UserClasses.class.getClassLoader());
  }

  private static List<URL> urls(String entry) {
    boolean isFolderOfJars = entry.equals(ALL_JARS) || entry.endsWith(File.separator + ALL_JARS);
    Path path =
        isFolderOfJars
            ? Path.of(entry.substring(0, entry.length() - ALL_JARS.length()))
            : Path.of(entry);
    try {
      if (!isFolderOfJars) {
        if (!Files.exists(path)) {
          throw new UsageException("--class-path: there is no " + path);
        }
        return List.of(url(path));
      }
      List<URL> jars = new ArrayList<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.jar")) {
        for (Path jar : files) {
          jars.add(url(jar));
        }
      }
      return jars;
    } catch (IOException e) {
      throw new UsageException("--class-path: cannot read " + path, e);
    }
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }
}
