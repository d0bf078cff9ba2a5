package io.tickraft.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Compares the mutants that PIT could not kill with the list of those that are known to survive,
 * each with the reason why.
 *
 * <p>In the list each has a heading, and below it the line of the source that is mutated:
 *
 * <pre>
 * ### `Majority.reachedByQuorum`: ConditionalsBoundaryMutator
 *
 *     for (; at > 0 &amp;&amp; scratch[at - 1] > number; at--) {
 * </pre>
 *
 * <p>So a mutant is known by its line, wherever the line moves to. Two of a kind in one line are
 * two in the list.
 */
final class Survivors {

  private static final Pattern HEADING = Pattern.compile("### `(\\S+)`: (\\w+)");

  private static final String CODE = "    ";

  /** A mutant. */
  record Mutant(String method, String mutator, String line) {
    @Override
    public String toString() {
      return "### `" + method + "`: " + mutator + "\n\n" + CODE + line + "\n";
    }
  }

  private Survivors() {}

  /** Returns the mutants of a report that no test has killed. */
  static List<Mutant> survived(Path report, Path sources) throws IOException {
    List<Mutant> survived = new ArrayList<>();
    for (Element mutation : mutations(report)) {
      String status = mutation.getAttribute("status");
      if (!status.equals("SURVIVED") && !status.equals("NO_COVERAGE")) {
        continue;
      }
      String className = text(mutation, "mutatedClass");
      String folder = className.substring(0, className.lastIndexOf('.')).replace('.', '/');
      Path source = sources.resolve(folder).resolve(text(mutation, "sourceFile"));
      int lineNumber = Integer.parseInt(text(mutation, "lineNumber"));
      survived.add(
          new Mutant(
              afterLastDot(className) + "." + text(mutation, "mutatedMethod"),
              afterLastDot(text(mutation, "mutator")),
              Files.readAllLines(source).get(lineNumber - 1).trim()));
    }
    return survived;
  }

  private static List<Element> mutations(Path report) throws IOException {
    try (InputStream in = Files.newInputStream(report)) {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // Else it prints what it throws.
      NodeList nodes = builder.parse(in).getElementsByTagName("mutation");
      List<Element> mutations = new ArrayList<>();
      for (int i = 0; i < nodes.getLength(); i++) {
        mutations.add((Element) nodes.item(i));
      }
      return mutations;
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("not a report of PIT: " + report, e);
    }
  }

  private static String text(Element mutation, String name) {
    return mutation.getElementsByTagName(name).item(0).getTextContent();
  }

  private static String afterLastDot(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Returns the mutants of a list; a heading without a line of code is not one. */
  static List<Mutant> listed(List<String> lines) {
    List<Mutant> listed = new ArrayList<>();
    for (int i = 0; i + 2 < lines.size(); i++) {
      Matcher heading = HEADING.matcher(lines.get(i));
      if (heading.matches() && lines.get(i + 2).startsWith(CODE)) {
        listed.add(new Mutant(heading.group(1), heading.group(2), lines.get(i + 2).trim()));
      }
    }
    return listed;
  }

  /** Returns what is left of some mutants without others, of which each takes one away. */
  static List<Mutant> without(List<Mutant> mutants, List<Mutant> others) {
    List<Mutant> rest = new ArrayList<>(mutants);
    others.forEach(rest::remove);
    return rest;
  }

  /** Fails if there is a survivor without a reason. The report, the sources, the list. */
  public static void main(String[] args) throws IOException {
    List<Mutant> survived = survived(Path.of(args[0]), Path.of(args[1]));
    List<Mutant> listed = listed(Files.readAllLines(Path.of(args[2])));
    without(listed, survived)
        .forEach(m -> System.out.println("Listed, and did not survive:\n" + m));
    List<Mutant> unknown = without(survived, listed);
    unknown.forEach(mutant -> System.out.println("Survived without a reason:\n" + mutant));
    System.out.println(survived.size() + " mutants survived, without a reason " + unknown.size());
    if (!unknown.isEmpty()) {
      System.exit(1);
    }
  }
}
