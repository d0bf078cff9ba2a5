package io.tickraft.testkit.scenario;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs a folder of scenario files as tests: one test for each file that ends in {@code .txt}, in
 * the folder and below.
 *
 * <pre>{@code
 * class StoriesTest extends ScenarioTests {
 *   StoriesTest() {
 *     super(Path.of("src/test/resources/scenarios"));
 *   }
 * }
 * }</pre>
 *
 * <p>With {@code -Dtickraft.rewrite=true} the files are rewritten with what has come of their
 * commands, to be looked at as a difference; never where the environment has a variable {@code CI}.
 */
public abstract class ScenarioTests {

  private static final String ENDING = ".txt";

  private final Path folder;
  private final boolean rewrite;
  private final boolean isCi;

  /**
   * Takes a folder.
   *
   * @param folder where the files are; relative to the module, which is the system property {@code
   *     basedir} or else where the tests run
   */
  protected ScenarioTests(Path folder) {
    this(
        Path.of(System.getProperty("basedir", ".")).resolve(folder),
        Boolean.getBoolean("tickraft.rewrite"),
        System.getenv("CI") != null);
  }

  /** Takes what the public constructor finds in the surroundings. */
  ScenarioTests(Path folder, boolean rewrite, boolean isCi) {
    this.folder = folder;
    this.rewrite = rewrite;
    this.isCi = isCi;
  }

  /**
   * Makes the tests.
   *
   * @return the tests of the files right in the folder, and then a container for each folder below
   *     that has files, both in alphabetical order
   * @throws IOException if the folder cannot be read
   */
  @TestFactory
  public final List<DynamicNode> scenarios() throws IOException {
    List<DynamicNode> nodes = new ArrayList<>();
    SortedMap<Path, List<DynamicNode>> below = new TreeMap<>();
    for (Path file : files()) {
      Path parent = folder.relativize(file).getParent();
      // The folder itself has no name that a container could bear.
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
      scenario.check();
    } else if (isCi) {
      throw new AssertionError("CI never rewrites what is expected");
    } else {
      Files.writeString(file, scenario.rewritten());
    }
  }
}
