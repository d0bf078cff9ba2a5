package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.cli.UsageException;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the user's classes are. */
public final class ClassPath {

  private static final String ALL_JARS = "*";

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "Where the user's class and what it needs is, as for java -cp.")
  private @Nullable String classPath;

  /** {@return the class path as it was given; empty if it was not} */
  public Optional<String> path() {
    return Optional.ofNullable(classPath);
  }

  /**
   * Makes an object of a user's class.
   *
   * @param <T> the type of the object
   * @param option the option that names the class
   * @param name the name of the class, which is a {@code T} or a supplier of one
   * @param type the type of the object
   * @param article the type with its article
   * @param loader the loader of the class
   * @return the object
   * @throws UsageException if the class cannot be used
   */
  public <T> T create(
      String option, String name, Class<T> type, String article, ClassLoader loader) {
    try {
      Object created = Class.forName(name, true, loader).getConstructor().newInstance();
      Object made = created instanceof Supplier<?> supplier ? supplier.get() : created;
      if (type.isInstance(made)) {
        return type.cast(made);
      }
      throw new UsageException(
          option + ": " + name + " is neither " + article + " nor a Supplier of one");
    } catch (ClassNotFoundException e) {
      String where = path().map(given -> " in " + given).orElse("; see --class-path");
      throw new UsageException(option + ": there is no class " + name + where, e);
    } catch (InvocationTargetException e) {
      throw new UsageException(option + ": " + name + " fails: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new UsageException(
          option + ": " + name + " has no public constructor without parameters", e);
    } catch (LinkageError e) {
      throw new UsageException(option + ": " + name + " cannot be loaded: " + e, e);
    }
  }

  /**
   * Returns a loader of the user's classes.
   *
   * @return the loader
   * @throws UsageException if a path does not exist
   */
  public ClassLoader loader() {
    List<URL> urls = new ArrayList<>();
    for (String entry : path().orElse("").split(File.pathSeparator, -1)) {
      if (!entry.isEmpty()) {
        urls.addAll(urls(entry));
      }
    }
    // Lives as long as the process.
    return new URLClassLoader(urls.toArray(URL[]::new), ClassPath.class.getClassLoader());
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
