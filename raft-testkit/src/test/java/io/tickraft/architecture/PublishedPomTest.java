package io.tickraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The published POMs carry exactly the dependencies that the README names, what Maven Central asks
 * for, and nothing of the build with which they were made.
 */
final class PublishedPomTest {
  private static final String JSPECIFY = "org.jspecify:jspecify:provided";

  private static final List<String> OF_ALL =
      List.of(
          "modelVersion",
          "groupId",
          "artifactId",
          "version",
          "name",
          "description",
          "url",
          "licenses",
          "developers",
          "scm");

  @Test
  void protoDependsOnProtobuf() throws Exception {
    assertThat(dependencies("raft-proto"))
        .containsExactly("com.google.protobuf:protobuf-java:compile");
  }

  @Test
  void coreDependsOnProto() throws Exception {
    assertThat(dependencies("raft-core"))
        .containsExactlyInAnyOrder("io.tickraft:raft-proto:compile", JSPECIFY);
  }

  @Test
  void testkitDependsOnCoreJunitAndAssertj() throws Exception {
    assertThat(dependencies("raft-testkit"))
        .containsExactlyInAnyOrder(
            "io.tickraft:raft-core:compile",
            "org.junit.jupiter:junit-jupiter:compile",
            "org.assertj:assertj-core:compile",
            JSPECIFY);
  }

  @Test
  void bomManagesThePublishedModulesAtItsOwnVersion() throws Exception {
    Element project = publishedPom("raft-bom");
    assertThat(tags(project))
        .containsExactlyInAnyOrderElementsOf(and(OF_ALL, "packaging", "dependencyManagement"));
    String version = text(project, "version");
    Element managed = child(child(project, "dependencyManagement"), "dependencies");
    assertThat(children(managed).stream().map(d -> coordinates(d, "version")))
        .containsExactly(
            "io.tickraft:raft-proto:" + version,
            "io.tickraft:raft-core:" + version,
            "io.tickraft:raft-testkit:" + version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft-bom", "raft-proto", "raft-core", "raft-testkit"})
  void saysWhatMavenCentralAsksFor(String module) throws Exception {
    Element project = publishedPom(module);
    assertThat(text(project, "name")).startsWith("Tickraft");
    assertThat(text(project, "description")).isNotBlank();
    Element license = child(child(project, "licenses"), "license");
    assertThat(text(license, "name")).isEqualTo("Apache-2.0");
    assertThat(text(license, "url")).startsWith("https://");
    assertThat(text(child(child(project, "developers"), "developer"), "name")).isNotBlank();

    // The address is that of the repository itself. It is empty if the build was not given one.
    String address = text(project, "url");
    Element scm = child(project, "scm");
    assertThat(text(scm, "url")).isEqualTo(address);
    assertThat(text(scm, "connection")).isEqualTo("scm:git:" + address);
    assertThat(text(scm, "developerConnection")).isEqualTo("scm:git:" + address);
  }

  private static List<String> dependencies(String module) throws Exception {
    Element project = publishedPom(module);
    assertThat(tags(project)).containsExactlyInAnyOrderElementsOf(and(OF_ALL, "dependencies"));
    return children(child(project, "dependencies")).stream()
        .map(dependency -> coordinates(dependency, "scope"))
        .toList();
  }

  private static String coordinates(Element dependency, String last) {
    return text(dependency, "groupId")
        + ":"
        + text(dependency, "artifactId")
        + ":"
        + text(dependency, last);
  }

  private static List<String> tags(Element parent) {
    return children(parent).stream().map(Element::getTagName).toList();
  }

  private static List<String> and(List<String> tags, String... more) {
    return Stream.concat(tags.stream(), Stream.of(more)).toList();
  }

  private static Element publishedPom(String module) throws Exception {
    Path pom = Path.of("..", module, "target", "published-pom.xml");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(pom.toFile())
        .getDocumentElement();
  }

  private static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  private static Element child(Element parent, String name) {
    return children(parent).stream()
        .filter(element -> element.getTagName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String text(Element parent, String name) {
    return child(parent, name).getTextContent();
  }
}
