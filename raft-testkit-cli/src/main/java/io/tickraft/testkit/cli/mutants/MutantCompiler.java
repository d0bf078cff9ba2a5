package io.tickraft.testkit.cli.mutants;

import com.google.protobuf.MessageLite;
import io.tickraft.core.RawNode;
import io.tickraft.proto.Message;
import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.cli.mutants.inside.LoopGuard;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/**
 * Compiles the core with a mutant in it, in memory. The whole core is compiled once; for a mutant,
 * only the files that it changes are compiled again.
 */
final class MutantCompiler {

  private final Sources sources;
  private final JavaCompiler compiler;
  private final StandardJavaFileManager files;
  private final List<String> options;
  private final Map<String, byte[]> healthy;

  /**
   * Compiles the healthy core.
   *
   * @param sources the sources of the core
   * @throws UsageException if there is no compiler, or the sources cannot be compiled
   */
  MutantCompiler(Sources sources) {
    this.sources = sources;
    JavaCompiler found = ToolProvider.getSystemJavaCompiler();
    if (found == null) {
      throw new UsageException("this Java has no compiler: mutants need a JDK");
    }
    this.compiler = found;
    this.files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    this.options = List.of("-proc:none", "-nowarn", "-parameters", "-g", "-classpath", classPath());
    this.healthy = compile("the core", sources.all());
  }

  /** Returns where the classes are that the core needs, and those of the core itself. */
  private static String classPath() {
    return Stream.of(
            LoopGuard.class, RawNode.class, Message.class, MessageLite.class, NullMarked.class)
        .map(MutantCompiler::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the classes of the core without a mutant, by their binary names. */
  Map<String, byte[]> healthy() {
    return healthy;
  }

  /**
   * Returns the classes of the core with a mutant, by their binary names.
   *
   * @param mutant the mutant
   * @return the classes
   * @throws UsageException if the mutant does not fit the sources, or they cannot be compiled
   */
  Map<String, byte[]> compile(Mutant mutant) {
    Map<String, byte[]> classes = new TreeMap<>(healthy);
    classes.putAll(compile(mutant.file().toString(), sources.changedBy(mutant)));
    return classes;
  }

  // One compilation at a time: they share the open files.
  private synchronized Map<String, byte[]> compile(String what, Map<String, String> texts) {
    List<TextSource> units = new ArrayList<>();
    LoopGuards.in(texts, compiler).forEach((file, text) -> units.add(new TextSource(file, text)));
    List<String> problems = new ArrayList<>();
    ClassesInMemory output = new ClassesInMemory(files);
    boolean compiled =
        compiler
            .getTask(null, output, problem -> add(problems, problem), options, null, units)
            .call();
    if (!compiled) {
      throw new UsageException(
          what + ": cannot be compiled: " + String.join("; ", problems.stream().limit(3).toList()));
    }
    return output.classes();
  }

  private static void add(List<String> problems, Diagnostic<? extends JavaFileObject> problem) {
    if (problem.getKind() == Diagnostic.Kind.ERROR) {
      JavaFileObject source = problem.getSource();
      problems.add(
          (source == null ? "an unknown file" : TextSource.file(source))
              + ":"
              + problem.getLineNumber()
              + ": "
              + problem.getMessage(Locale.ROOT).lines().findFirst().orElse(""));
    }
  }
}
