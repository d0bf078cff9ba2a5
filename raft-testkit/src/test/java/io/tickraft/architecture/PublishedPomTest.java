package io.tickraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The published POMs carry exactly the dependencies that the README names, and nothing of the build
 * with which they were made.
 */
final class PublishedPomTest {
  private static final String JSPECIFY = "org.jspecify:jspecify:provided";

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

  private static List<String> dependencies(String module) throws Exception {
    Element project = publishedPom(module);
    assertThat(children(project).stream().map(Element::getTagName))
        .containsExactlyInAnyOrder(
            "modelVersion",
            "groupId",
            "artifactId",
            "version",
            "name",
            "description",
            "licenses",
            "dependencies");
    List<String> dependencies = new ArrayList<>();
    for (Element dependency : children(child(project, "dependencies"))) {
      dependencies.add(
          text(dependency, "groupId")
              + ":"
              + text(dependency, "artifactId")
              + ":"
              + text(dependency, "scope"));
    }
    return dependencies;
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
