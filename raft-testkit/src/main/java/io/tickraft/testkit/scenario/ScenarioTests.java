package io.tickraft.testkit.scenario;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs a folder of scenario files as tests: one test for each file that ends in {@code .txt}, in
 * the folder and its subfolders.
 *
 * <pre>{@code
 * class StoriesTest extends ScenarioTests {
 *   StoriesTest() {
 *     super(Path.of("src/test/resources/scenarios"));
 *   }
 * }
 * }</pre>
 *
 * <p>With {@code -Dtickraft.rewrite=true} the tests replace the expected transcripts in the files
 * by the actual ones; review the changes as a diff. If the environment variable {@code CI} is set,
 * the tests fail instead.
 *
 * <p>If a file fails, a {@linkplain Picture#write picture} of its run is written, and the message
 * of the test names the picture.
 */
public abstract class ScenarioTests {

  private static final String ENDING = ".txt";

  private final Path folder;
  private final boolean rewrite;
  private final boolean isCi;

  /**
   * Creates the tests of a folder.
   *
   * @param folder the folder, relative to the module: the system property {@code basedir} or, if it
   *     is not set, the working directory
   */
  protected ScenarioTests(Path folder) {
    this(
        Path.of(System.getProperty("basedir", ".")).resolve(folder),
        Boolean.getBoolean("tickraft.rewrite"),
        System.getenv("CI") != null);
  }

  /** The public constructor reads {@code rewrite} and {@code isCi} from the environment. */
  ScenarioTests(Path folder, boolean rewrite, boolean isCi) {
    this.folder = folder;
    this.rewrite = rewrite;
    this.isCi = isCi;
  }

  /**
   * Creates the tests.
   *
   * @return the tests of the files directly in the folder, then a container for each subfolder with
   *     scenario files, both in alphabetical order
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if the folder contains no scenario file
   */
  @TestFactory
  public final List<DynamicNode> scenarios() throws IOException {
    List<DynamicNode> nodes = new ArrayList<>();
    SortedMap<Path, List<DynamicNode>> below = new TreeMap<>();
    for (Path file : files()) {
      Path parent = folder.relativize(file).getParent();
      // Files directly in the folder get no container.
      (parent == null ? nodes : below.computeIfAbsent(parent, p -> new ArrayList<>()))
          .add(dynamicTest(name(file.getFileName()), file.toUri(), () -> run(file)));
    }
    below.forEach((parent, tests) -> nodes.add(dynamicContainer(name(parent), tests)));
    return nodes;
  }

  private static String name(Path path) {
    String name = path.toString();
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  private SortedSet<Path> files() throws IOException {
    SortedSet<Path> files = new TreeSet<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(ENDING)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there is no file that ends in .txt in " + folder);
    }
    return files;
  }

  private void run(Path file) throws IOException {
    Scenario scenario = Scenario.parse(folder.relativize(file).toString(), Files.readString(file));
    if (!rewrite) {
      check(folder.relativize(file).toString(), scenario);
    } else if (isCi) {
      throw new AssertionError("CI never rewrites expected transcripts");
    } else {
      Files.writeString(file, scenario.rewritten());
    }
  }

  /** Checks a scenario; leaves its picture if it fails. */
  private static void check(String name, Scenario scenario) {
    try {
      scenario.check();
    } catch (AssertionError e) {
      String message = String.valueOf(e.getMessage());
      PictureRecorder recorder = new PictureRecorder();
      Optional<Throwable> failure = scenario.play(recorder).failure();
      Picture drawn = new Picture("scenario " + name, recorder).settings(message.lines().toList());
      Optional<Path> picture = failure.map(drawn::failure).orElse(drawn).write();
      throw new AssertionError(
          message
              + picture.map(path -> "\nThe picture of the run, for a browser: " + path).orElse(""),
          e);
    }
  }
}
