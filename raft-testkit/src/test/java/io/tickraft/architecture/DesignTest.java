package io.tickraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The map of the code, {@code docs/design.md}, and the pages beside it fit the code. */
final class DesignTest {
  private static final Path ROOT =
      Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolve("..").normalize();
  private static final Path CORE = ROOT.resolve("raft-core/src/main/java/io/tickraft/core");
  private static final Path DESIGN = ROOT.resolve("docs/design.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static MarkdownPage design() throws IOException {
    return MarkdownPage.read(DESIGN);
  }

  private static Stream<String> code(String cell) {
    return CODE.matcher(cell).results().map((MatchResult found) -> found.group(1));
  }

  // Links.

  static List<Path> pages() throws IOException {
    try (Stream<Path> root = Files.list(ROOT);
        Stream<Path> docs = Files.list(DESIGN.getParent())) {
      return Stream.concat(root, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @Test
  void thePagesAreFound() throws IOException {
    assertThat(pages())
        .contains(DESIGN)
        .extracting(page -> page.getFileName().toString())
        .contains("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "testing.md");
    assertThat(design().links()).hasSizeGreaterThan(300);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachLinkLeadsToWhatItNames(Path page) throws IOException {
    assertThat(LinkChecker.problems(MarkdownPage.read(page))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[a](no-such-file.md) | :3: there is no file no-such-file.md",
        "[a](design.md#no-such-heading) | :3: there is no heading for design.md#no-such-heading",
        "[a](#no-such-heading) | :3: there is no heading for #no-such-heading",
        "[`Raft`][Nowhere] | :3: the label of [`Raft`] is not defined",
        "[`Raft.atep`][Raft] | :3: Raft.java does not declare Raft.atep",
        "[`Craft`][Raft] | :3: Raft.java does not declare Craft",
        "[`Outbox.WRITE`][Outbox] | :3: Outbox.java does not declare Outbox.WRITE",
        "[`Outbox.After.WRITE.x`][Outbox] | :3: Outbox.java does not declare Outbox.After.WRITE.x",
        // It is called there, and declared elsewhere.
        "[`Raft.getBodyCase`][Raft] | :3: Raft.java does not declare Raft.getBodyCase",
      })
  void aWrongLinkIsFound(String link, String problem) throws IOException {
    assertThat(problems(link)).containsExactly(DESIGN + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "[`Raft`][Raft]",
    "[`Raft.step`][Raft]",
    "[`Raft.role`][Raft]",
    "[`Outbox.After.WRITE`][Outbox]",
    "[the state machine][Raft]",
    "[a](#a-heading)",
    "[a](testing.md#a-new-mutant)",
    "[a](../README.md)",
  })
  void aRightLinkIsNone(String link) throws IOException {
    assertThat(problems(link)).isEmpty();
  }

  /** Of a page with a link in its third line. */
  private static List<String> problems(String link) throws IOException {
    String raft = "../raft-core/src/main/java/io/tickraft/core/raft/";
    return LinkChecker.problems(
        new MarkdownPage(
            DESIGN,
            "# A heading\n\n"
                + link
                + "\n\n"
                + "```\n[code](is-no-link.md)\n```\n\n"
                // Both labels are used, whatever the link is.
                + "[Raft][Raft] [Outbox][Outbox]\n\n"
                + "[Outbox]: "
                + raft
                + "Outbox.java\n[Raft]: "
                + raft
                + "Raft.java\n"));
  }

  @Test
  void aLabelThatNoLinkHasIsFound() throws IOException {
    MarkdownPage page = new MarkdownPage(DESIGN, "\n[Raft]: ../README.md\n");
    assertThat(LinkChecker.problems(page)).containsExactly(DESIGN + ": no link has the label Raft");
  }

  // What the map must not leave out.

  @Test
  void everyPackageOfTheCoreIsInTheMap() throws IOException {
    try (Stream<Path> files = Files.walk(CORE)) {
      List<String> packages =
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> "io/tickraft/core/" + CORE.relativize(file.getParent()))
              .map(name -> name.replace('/', '.').replaceFirst("[.]$", ""))
              .toList();
      assertThat(design().rows("## The parts").stream().flatMap(row -> code(row.get(0))))
          .containsExactlyInAnyOrderElementsOf(packages);
    }
  }

  @Test
  void everyClassOfTheImplementationIsInTheMap() throws IOException {
    Set<Path> linked =
        design().links().stream()
            .map(link -> DESIGN.resolveSibling(link.target()).normalize())
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> files = Files.walk(CORE)) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .filter(file -> !file.endsWith("package-info.java"))
                  .filter(file -> !file.getParent().equals(CORE)))
          .hasSizeGreaterThan(50)
          .allSatisfy(file -> assertThat(linked).contains(file));
    }
  }

  @Test
  void everyKindOfMessageHasItsRow() throws IOException {
    List<String> bodies =
        Message.getDescriptor().getOneofs().get(0).getFields().stream()
            .map(field -> field.getMessageType().getName())
            .toList();
    assertThat(design().rows("## The messages").stream().map(row -> row.get(0).replace("`", "")))
        .containsExactlyElementsOf(bodies);
  }

  @Test
  void everyRuleHasACheckedPlaceAndATest() throws IOException {
    List<List<String>> rules = design().rows("## The rules of Raft");
    assertThat(rules).hasSizeGreaterThan(40);
    assertThat(rules)
        .allSatisfy(
            rule -> {
              assertThat(rule.get(rule.size() - 2)).startsWith("[`");
              assertThat(rule.get(rule.size() - 1)).matches("\\[`\\w+Test[.`].*|.*/scenarios/.*");
            });
  }

  @Test
  void everyFieldOfAProgressHasItsRow() throws IOException {
    assertThat(design().rows("### The fields of a progress").stream().flatMap(r -> code(r.get(0))))
        .containsExactlyInAnyOrderElementsOf(fieldsOf("progress/Progress.java").toList());
  }

  @Test
  void everyFieldOfTheLogHasItsRow() throws IOException {
    TreeSet<String> inTheMap = new TreeSet<>();
    String type = "";
    for (List<String> row : design().rows("### The log of a node")) {
      type = code(row.get(0)).findFirst().orElse(type);
      String prefix = type + ".";
      code(row.get(1)).forEach(field -> inTheMap.add(prefix + field));
    }
    TreeSet<String> inTheCode = new TreeSet<>();
    for (String name : List.of("RaftLog", "UnstableTail", "Applying")) {
      fieldsOf("log/" + name + ".java").forEach(field -> inTheCode.add(name + "." + field));
    }
    assertThat(inTheMap).isEqualTo(inTheCode);
  }

  private static Stream<String> fieldsOf(String source) throws IOException {
    Path file = CORE.resolve(source);
    String type = file.getFileName().toString().replace(".java", "");
    return Declarations.of(List.of(file)).values().stream().flatMap(all -> all.fieldsOf(type));
  }
}
