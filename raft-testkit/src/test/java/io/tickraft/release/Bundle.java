package io.tickraft.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Checks that a staged repository is complete, as Maven Central sees it, and packs it into the zip
 * file that its portal takes: {@code docs/releasing.md}.
 */
final class Bundle {
  private static final String USAGE =
      "usage: java Bundle.java STAGED-REPOSITORY BUNDLE.zip [--unsigned]";

  /** Each published library and the groups that its parts come from, its own among them. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "raft-proto",
          Set.of("io.tickraft", "com.google.protobuf"),
          "raft-core",
          Set.of("io.tickraft", "com.google.protobuf"),
          "raft-testkit",
          Set.of(
              "io.tickraft",
              "com.google.protobuf",
              "net.bytebuddy",
              "org.apiguardian",
              "org.assertj",
              "org.jspecify",
              "org.junit.jupiter",
              "org.junit.platform",
              "org.opentest4j"));

  private static final String BOM = "raft-bom";

  private static final Pattern CHECKSUM = Pattern.compile(".*[.](md5|sha1|sha256|sha512)");
  private static final Pattern TEST = Pattern.compile(".*(Test([$].*)?[.]class|/src/.*)");
  private static final Pattern PURL = Pattern.compile("\"purl\" : \"pkg:maven/([^/]+)/");

  private final Path group;
  private final boolean unsigned;
  private final List<String> problems = new ArrayList<>();

  private Bundle(Path repository, boolean unsigned) {
    this.group = repository.resolve("io").resolve("tickraft");
    this.unsigned = unsigned;
  }

  public static void main(String[] args) throws IOException {
    boolean unsigned = args.length == 3 && args[2].equals("--unsigned");
    if (args.length != 2 && !unsigned) {
      System.err.println(USAGE);
      System.exit(2);
    }
    Path repository = Path.of(args[0]);
    List<String> problems = problems(repository, unsigned);
    if (!problems.isEmpty()) {
      problems.forEach(System.err::println);
      System.err.println("No bundle was made: " + problems.size() + " problems.");
      System.exit(1);
    }
    int files = pack(repository, Path.of(args[1]));
    System.out.println(
        args[1] + ": " + files + " files" + (unsigned ? ", without signatures" : ""));
  }

  /** {@return what is missing or wrong, a sentence each; empty if the repository is complete} */
  static List<String> problems(Path repository, boolean unsigned) throws IOException {
    Bundle bundle = new Bundle(repository, unsigned);
    bundle.check();
    return bundle.problems;
  }

  /** Packs what is to be uploaded, the same bytes for the same files. */
  static int pack(Path repository, Path zip) throws IOException {
    List<Path> files = files(repository);
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (Path file : files) {
        String name = repository.relativize(file).toString().replace('\\', '/');
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        entries.putNextEntry(entry);
        Files.copy(file, entries);
      }
    }
    return files.size();
  }

  private void check() throws IOException {
    if (!Files.isDirectory(group)) {
      problems.add(group + ": not there");
      return;
    }
    Set<String> expected = new TreeSet<>(LIBRARIES.keySet());
    expected.add(BOM);
    Set<String> found = new TreeSet<>(names(group));
    if (!found.equals(expected)) {
      problems.add("modules: " + found + " instead of " + expected);
      return;
    }
    Map<String, List<String>> versions = new TreeMap<>();
    for (String module : expected) {
      List<String> of = names(group.resolve(module));
      of.removeIf(name -> name.startsWith("maven-metadata"));
      versions.put(module, of);
    }
    if (versions.values().stream().distinct().count() != 1 || versions.get(BOM).size() != 1) {
      problems.add("versions: " + versions + " instead of the same one of all modules");
      return;
    }
    String version = versions.get(BOM).get(0);
    if (version.endsWith("SNAPSHOT")) {
      problems.add("version: " + version + " is a snapshot");
    }
    for (String module : expected) {
      check(module, version);
    }
  }

  private void check(String module, String version) throws IOException {
    Path directory = group.resolve(module).resolve(version);
    String prefix = module + "-" + version;
    boolean library = !module.equals(BOM);

    Set<String> expected = new TreeSet<>();
    List<String> ends =
        library
            ? List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")
            : List.of(".pom");
    for (String end : ends) {
      expected.add(prefix + end);
      expected.add(prefix + end + ".md5");
      expected.add(prefix + end + ".sha1");
      if (!unsigned) {
        expected.add(prefix + end + ".asc");
      }
    }
    Set<String> found = new TreeSet<>(names(directory));
    difference(expected, found).forEach(name -> problems.add(name + ": not there"));
    difference(found, expected).stream()
        .filter(name -> !expected.contains(CHECKSUM.matcher(name).replaceFirst("")))
        .filter(name -> !name.matches(".*[.]asc[.](md5|sha1|sha256|sha512)"))
        .forEach(name -> problems.add(name + ": does not belong here"));

    for (String end : ends) {
      Path file = directory.resolve(prefix + end);
      if (Files.exists(file)) {
        checksum(file, "md5", "MD5");
        checksum(file, "sha1", "SHA-1");
      }
    }
    pom(directory.resolve(prefix + ".pom"), module, version);
    if (library) {
      jar(directory.resolve(prefix + ".jar"), module, version);
      sources(directory, prefix);
      javadoc(directory.resolve(prefix + "-javadoc.jar"), moduleName(module));
      parts(directory.resolve(prefix + "-cyclonedx.json"), module);
    }
  }

  private void checksum(Path file, String end, String algorithm) throws IOException {
    Path checksum = file.resolveSibling(file.getFileName() + "." + end);
    if (!Files.exists(checksum)) {
      return;
    }
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file));
      if (!Files.readString(checksum).strip().equals(HexFormat.of().formatHex(digest))) {
        problems.add(checksum.getFileName() + ": not the checksum of the file");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it: " + algorithm, e);
    }
  }

  private void pom(Path file, String module, String version) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (Files.readString(file).contains("${")) {
      problems.add(file.getFileName() + ": has a property that was not replaced");
    }
    Element project;
    try {
      Document document =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      project = document.getDocumentElement();
    } catch (SAXException | ParserConfigurationException e) {
      problems.add(file.getFileName() + ": " + e.getMessage());
      return;
    }
    Map<String, String> wanted = new TreeMap<>();
    wanted.put("groupId", "io[.]tickraft");
    wanted.put("artifactId", Pattern.quote(module));
    wanted.put("version", Pattern.quote(version));
    wanted.put("name", "\\S.*");
    wanted.put("description", "\\S.*");
    wanted.put("url", "https://\\S+");
    wanted.put("licenses/license/name", "\\S.*");
    wanted.put("licenses/license/url", "https://\\S+");
    wanted.put("developers/developer/name", "\\S.*");
    wanted.put("scm/connection", "scm:git:https://\\S+");
    wanted.put("scm/developerConnection", "scm:git:https://\\S+");
    wanted.put("scm/url", "https://\\S+");
    wanted.forEach(
        (path, pattern) -> {
          String text = text(project, path);
          if (!text.matches(pattern)) {
            problems.add(file.getFileName() + ": " + path + " is \"" + text + "\"");
          }
        });
    for (String unwanted : List.of("parent", "build", "profiles", "repositories", "properties")) {
      if (child(project, unwanted) != null) {
        problems.add(file.getFileName() + ": has " + unwanted);
      }
    }
  }

  private void jar(Path file, String module, String version) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    Path name = file.getFileName();
    try (JarFile jar = new JarFile(file.toFile())) {
      Set<String> entries = entries(jar);
      for (String needed : List.of("META-INF/LICENSE", "META-INF/NOTICE", "module-info.class")) {
        if (!entries.contains(needed)) {
          problems.add(name + ": has no " + needed);
        }
      }
      entries.stream()
          .filter(entry -> TEST.matcher(entry).matches())
          .forEach(entry -> problems.add(name + ": has " + entry + " of the tests"));
      entries.stream()
          .filter(entry -> entry.endsWith(".class") && !entry.equals("module-info.class"))
          .filter(entry -> !entry.startsWith(moduleName(module).replace('.', '/')))
          .forEach(entry -> problems.add(name + ": has " + entry + " of another module"));

      Manifest manifest = jar.getManifest();
      String implementation =
          manifest == null ? null : manifest.getMainAttributes().getValue("Implementation-Version");
      if (!version.equals(implementation)) {
        problems.add(name + ": its Implementation-Version is " + implementation);
      }
      if (entries.contains("module-info.class")) {
        try (InputStream in = jar.getInputStream(jar.getEntry("module-info.class"))) {
          String descriptor = ModuleDescriptor.read(in).toNameAndVersion();
          if (!descriptor.equals(moduleName(module) + "@" + version)) {
            problems.add(name + ": its module is " + descriptor);
          }
        }
      }
    }
  }

  private void sources(Path directory, String prefix) throws IOException {
    Path file = directory.resolve(prefix + "-sources.jar");
    Path classes = directory.resolve(prefix + ".jar");
    if (!Files.exists(file) || !Files.exists(classes)) {
      return;
    }
    try (JarFile sources = new JarFile(file.toFile());
        JarFile jar = new JarFile(classes.toFile())) {
      Set<String> wanted =
          entries(jar).stream()
              .filter(entry -> entry.endsWith(".class") && !entry.contains("$"))
              .map(entry -> entry.replace(".class", ".java"))
              .collect(Collectors.toCollection(TreeSet::new));
      difference(wanted, entries(sources))
          .forEach(source -> problems.add(file.getFileName() + ": has no " + source));
    }
  }

  private void javadoc(Path file, String moduleName) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      for (String page : List.of("index.html", moduleName + "/module-summary.html")) {
        if (jar.getEntry(page) == null) {
          problems.add(file.getFileName() + ": has no " + page);
        }
      }
    }
  }

  private void parts(Path file, String module) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    Set<String> groups =
        PURL.matcher(text)
            .results()
            .map((MatchResult part) -> part.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> wanted = LIBRARIES.get(module);
    if (!groups.equals(wanted)) {
      problems.add(
          file.getFileName()
              + ": names parts of "
              + groups
              + " instead of "
              + new TreeSet<>(wanted));
    }
    for (String random : List.of("serialNumber", "timestamp")) {
      if (text.contains("\"" + random + "\"")) {
        problems.add(file.getFileName() + ": has a " + random + ", which differs between builds");
      }
    }
  }

  private static String moduleName(String module) {
    return module.replace("raft-", "io.tickraft.");
  }

  private static List<Path> files(Path repository) throws IOException {
    try (Stream<Path> all = Files.walk(repository)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("maven-metadata"))
          .sorted()
          .toList();
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString())
          .sorted()
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static Set<String> entries(JarFile jar) {
    return jar.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> difference(Set<String> some, Set<String> others) {
    Set<String> difference = new TreeSet<>(some);
    difference.removeAll(others);
    return difference;
  }

  private static String text(Element parent, String path) {
    Element element = parent;
    for (String name : path.split("/", -1)) {
      element = child(element, name);
      if (element == null) {
        return "";
      }
    }
    return element.getTextContent();
  }

  private static Element child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        return element;
      }
    }
    return null;
  }
}
