package io.tickraft.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A complete repository becomes a bundle; whatever Maven Central would reject has its sentence. */
final class BundleTest {
  private static final String VERSION = "1.2.3";
  private static final List<String> LIBRARIES = List.of("raft-proto", "raft-core", "raft-testkit");

  @TempDir static Path complete;

  @TempDir Path work;
  private Path repository;

  @BeforeAll
  static void stageACompleteRepository(@TempDir Path work) throws Exception {
    BundleTest stage = new BundleTest();
    stage.work = work;
    stage.repository = complete;
    stage.putAll();
  }

  @BeforeEach
  void copyTheRepository() throws IOException {
    repository = copy(complete, Files.createDirectory(work.resolve("staged")));
  }

  private void putAll() throws Exception {
    put("raft-bom", ".pom", pom("raft-bom"));
    for (String module : LIBRARIES) {
      put(module, ".pom", pom(module));
      putJar(module, ".jar", classes(module), "Implementation-Version: " + VERSION);
      putJar(module, "-sources.jar", sources(module), "");
      putJar(module, "-javadoc.jar", javadoc(module), "");
      put(module, "-cyclonedx.json", parts(module));
    }
    Files.writeString(
        repository.resolve("io/tickraft/raft-core/maven-metadata.xml"), "<metadata/>");
  }

  @Test
  void aCompleteRepositoryHasNoProblems() throws Exception {
    assertThat(problems()).isEmpty();
  }

  @Test
  void theBundleHasEveryFileButTheMetadata() throws Exception {
    Path zip = work.resolve("bundle.zip");
    assertThat(Bundle.pack(repository, zip)).isEqualTo(4 * (1 + 3 * 5));
    try (ZipFile bundle = new ZipFile(zip.toFile())) {
      assertThat(bundle.stream().map(entry -> entry.getName()))
          .contains("io/tickraft/raft-core/1.2.3/raft-core-1.2.3-sources.jar.asc")
          .noneMatch(name -> name.contains("maven-metadata"));
    }
    Path again = work.resolve("again.zip");
    Bundle.pack(repository, again);
    assertThat(again).hasSameBinaryContentAs(zip);
  }

  @Test
  void nothingStaged() throws Exception {
    Path empty = Files.createDirectory(work.resolve("empty"));
    assertThat(Bundle.problems(empty, false))
        .containsExactly(empty.resolve("io").resolve("tickraft") + ": not there");
  }

  @Test
  void anotherModule() throws Exception {
    Files.createDirectories(repository.resolve("io/tickraft/examples/1.2.3"));
    assertThat(problems())
        .containsExactly(
            "modules: [examples, raft-bom, raft-core, raft-proto, raft-testkit]"
                + " instead of [raft-bom, raft-core, raft-proto, raft-testkit]");
  }

  @Test
  void aVersionStagedEarlier() throws Exception {
    Files.createDirectories(repository.resolve("io/tickraft/raft-core/1.2.2"));
    assertThat(problems())
        .containsExactly(
            "versions: {raft-bom=[1.2.3], raft-core=[1.2.2, 1.2.3], raft-proto=[1.2.3],"
                + " raft-testkit=[1.2.3]} instead of the same one of all modules");
  }

  @Test
  void noSources() throws Exception {
    delete("raft-core", "-sources.jar");
    assertThat(problems()).containsExactly("raft-core-1.2.3-sources.jar: not there");
  }

  @Test
  void noChecksum() throws Exception {
    delete("raft-core", "-sources.jar.sha1");
    assertThat(problems()).containsExactly("raft-core-1.2.3-sources.jar.sha1: not there");
  }

  @Test
  void noSignature() throws Exception {
    delete("raft-bom", ".pom.asc");
    assertThat(problems()).containsExactly("raft-bom-1.2.3.pom.asc: not there");
  }

  @Test
  void aRepositoryWithoutSignaturesIsAccepted_ifThatIsSaid() throws Exception {
    for (String end : List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
      for (String module : LIBRARIES) {
        delete(module, end + ".asc");
      }
    }
    delete("raft-bom", ".pom.asc");
    assertThat(Bundle.problems(repository, true)).isEmpty();
  }

  @Test
  void aFileThatNobodyExpects() throws Exception {
    put("raft-core", "-tests.jar", "");
    assertThat(problems())
        .contains("raft-core-1.2.3-tests.jar: does not belong here")
        .allMatch(problem -> problem.startsWith("raft-core-1.2.3-tests.jar"));
  }

  @Test
  void aFileThatWasChangedLater() throws Exception {
    Files.writeString(file("raft-core", "-cyclonedx.json"), parts("raft-core") + "\n");
    assertThat(problems())
        .containsExactly(
            "raft-core-1.2.3-cyclonedx.json.md5: not the checksum of the file",
            "raft-core-1.2.3-cyclonedx.json.sha1: not the checksum of the file");
  }

  @Test
  void noAddress() throws Exception {
    put("raft-core", ".pom", pom("raft-core").replace("https://example.invalid/tickraft", ""));
    assertThat(problems())
        .containsExactly(
            "raft-core-1.2.3.pom: scm/connection is \"scm:git:\"",
            "raft-core-1.2.3.pom: scm/developerConnection is \"scm:git:\"",
            "raft-core-1.2.3.pom: scm/url is \"\"",
            "raft-core-1.2.3.pom: url is \"\"");
  }

  @Test
  void thePomOfTheBuild() throws Exception {
    put("raft-bom", ".pom", Files.readString(Path.of("..", "raft-bom", "pom.xml")));
    assertThat(problems())
        .contains(
            "raft-bom-1.2.3.pom: has a property that was not replaced",
            "raft-bom-1.2.3.pom: licenses/license/name is \"\"",
            "raft-bom-1.2.3.pom: has parent",
            "raft-bom-1.2.3.pom: has build");
  }

  @Test
  void aJarWithTestsAndWithoutLicense() throws Exception {
    Path classes = classes("raft-core");
    Files.delete(classes.resolve("META-INF/LICENSE"));
    Files.writeString(classes.resolve("io/tickraft/core/RawNodeTest.class"), "");
    Files.createDirectories(classes.resolve("org/junit"));
    Files.writeString(classes.resolve("org/junit/Shaded.class"), "");
    putJar("raft-core", ".jar", classes, "Implementation-Version: " + VERSION);
    assertThat(problems())
        .containsExactly(
            "raft-core-1.2.3.jar: has no META-INF/LICENSE",
            "raft-core-1.2.3.jar: has io/tickraft/core/RawNodeTest.class of the tests",
            "raft-core-1.2.3.jar: has org/junit/Shaded.class of another module",
            "raft-core-1.2.3-sources.jar: has no io/tickraft/core/RawNodeTest.java",
            "raft-core-1.2.3-sources.jar: has no org/junit/Shaded.java");
  }

  @Test
  void aJarThatDoesNotNameItsVersion() throws Exception {
    putJar("raft-core", ".jar", classes("raft-core"), "");
    assertThat(problems())
        .containsExactly("raft-core-1.2.3.jar: its Implementation-Version is null");
  }

  @Test
  void aJarOfAnotherModule() throws Exception {
    putJar("raft-core", ".jar", classes("raft-proto"), "Implementation-Version: " + VERSION);
    assertThat(problems()).contains("raft-core-1.2.3.jar: its module is io.tickraft.proto@1.2.3");
  }

  @Test
  void anEmptyJavadoc() throws Exception {
    putJar("raft-core", "-javadoc.jar", Files.createDirectory(work.resolve("nothing")), "");
    assertThat(problems())
        .containsExactly(
            "raft-core-1.2.3-javadoc.jar: has no index.html",
            "raft-core-1.2.3-javadoc.jar: has no io.tickraft.core/module-summary.html");
  }

  @Test
  void partsThatAreNotAllowed() throws Exception {
    put("raft-core", "-cyclonedx.json", parts("raft-testkit"));
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("raft-core-1.2.3-cyclonedx.json: names parts of [com.google.protobuf, io.tick")
        .endsWith("instead of [com.google.protobuf, io.tickraft]");
  }

  @Test
  void partsThatDifferFromBuildToBuild() throws Exception {
    put("raft-core", "-cyclonedx.json", parts("raft-core") + "\"serialNumber\" : \"urn:uuid:1\"");
    assertThat(problems())
        .containsExactly(
            "raft-core-1.2.3-cyclonedx.json: has a serialNumber, which differs between builds");
  }

  private List<String> problems() throws IOException {
    return Bundle.problems(repository, false);
  }

  private Path file(String module, String end) throws IOException {
    Path directory = repository.resolve("io/tickraft").resolve(module).resolve(VERSION);
    return Files.createDirectories(directory).resolve(module + "-" + VERSION + end);
  }

  private void delete(String module, String end) throws IOException {
    Files.delete(file(module, end));
  }

  private void put(String module, String end, String text) throws Exception {
    Files.writeString(file(module, end), text);
    addChecksumsAndSignature(module, end);
  }

  private void putJar(String module, String end, Path content, String manifest) throws Exception {
    Path manifestFile = Files.writeString(work.resolve("manifest"), manifest + "\n");
    List<String> arguments = new ArrayList<>();
    arguments.add("--create");
    arguments.add("--no-compress");
    arguments.add("--file=" + file(module, end));
    arguments.add("--manifest=" + manifestFile);
    if (end.equals(".jar")) {
      arguments.add("--module-version=" + VERSION);
    }
    arguments.addAll(List.of("-C", content.toString(), "."));
    PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
    assertThat(jar.run(errors, errors, arguments.toArray(String[]::new))).isZero();
    addChecksumsAndSignature(module, end);
  }

  private void addChecksumsAndSignature(String module, String end) throws Exception {
    byte[] bytes = Files.readAllBytes(file(module, end));
    Files.writeString(file(module, end + ".md5"), hex("MD5", bytes));
    Files.writeString(file(module, end + ".sha1"), hex("SHA-1", bytes));
    Files.writeString(file(module, end + ".asc"), "a signature");
  }

  private static String hex(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  /** The POM that the build has made, as if it had been given this version and an address. */
  private static String pom(String module) throws IOException {
    String pom = Files.readString(Path.of("..", module, "target", "published-pom.xml"));
    return pom.replaceAll(
            "(io[.]tickraft</groupId>\\s*<artifactId>.*</artifactId>\\s*<version>)[^<]*",
            "$1" + VERSION)
        .replaceAll(
            "<(url|organizationUrl)>(https://example.invalid/tickraft)?</",
            "<$1>https://example.invalid/tickraft</")
        .replaceAll(
            "scm:git:(https://example.invalid/tickraft)?<",
            "scm:git:https://example.invalid/tickraft<");
  }

  private Path classes(String module) throws IOException {
    return copy(Path.of("..", module, "target", "classes"), Files.createTempDirectory(work, "c"));
  }

  /** One empty source for each class. */
  private Path sources(String module) throws IOException {
    Path classes = Path.of("..", module, "target", "classes");
    Path sources = Files.createTempDirectory(work, "s");
    for (Path path : all(classes)) {
      if (path.toString().endsWith(".class")) {
        String name = classes.relativize(path).toString().replace(".class", ".java");
        Files.createDirectories(sources.resolve(name).getParent());
        Files.writeString(sources.resolve(name), "");
      }
    }
    return sources;
  }

  private Path javadoc(String module) throws IOException {
    Path pages = Files.createTempDirectory(work, "j");
    Path ofModule = pages.resolve(module.replace("raft-", "io.tickraft."));
    Files.createDirectory(ofModule);
    Files.writeString(pages.resolve("index.html"), "");
    Files.writeString(ofModule.resolve("module-summary.html"), "");
    return pages;
  }

  private static String parts(String module) {
    Stream<String> groups = Stream.of("io.tickraft", "com.google.protobuf");
    if (module.equals("raft-testkit")) {
      groups =
          Stream.concat(
              groups,
              Stream.of(
                  "net.bytebuddy",
                  "org.apiguardian",
                  "org.assertj",
                  "org.jspecify",
                  "org.junit.jupiter",
                  "org.junit.platform",
                  "org.opentest4j"));
    }
    return String.join(
        "\n", groups.map(group -> "\"purl\" : \"pkg:maven/" + group + "/x@1\"").toList());
  }

  private static Path copy(Path from, Path to) throws IOException {
    for (Path path : all(from)) {
      Path target = to.resolve(from.relativize(path).toString());
      Files.createDirectories(target.getParent());
      Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return to;
  }

  private static List<Path> all(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
