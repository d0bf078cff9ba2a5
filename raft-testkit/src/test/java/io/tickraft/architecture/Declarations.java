package io.tickraft.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What a Java source declares: classes, methods, fields and enum constants, by their names. */
final class Declarations {
  private final TreeSet<String> names = new TreeSet<>();
  private final TreeSet<String> fields = new TreeSet<>();

  private Declarations() {}

  /** Reads sources, which the compiler only parses. */
  static Map<Path, Declarations> of(Collection<Path> sources) throws IOException {
    Map<Path, Declarations> all = new TreeMap<>();
    if (sources.isEmpty()) {
      return all; // The compiler takes that for a mistake.
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      for (CompilationUnitTree unit : task.parse()) {
        Declarations declarations = new Declarations();
        unit.getTypeDecls().forEach(type -> declarations.add("", type));
        all.put(Path.of(unit.getSourceFile().toUri()), declarations);
      }
    }
    return all;
  }

  private void add(String outer, Tree tree) {
    if (tree instanceof ClassTree type) {
      String name = outer + type.getSimpleName();
      names.add(name);
      type.getMembers().forEach(member -> add(name + ".", member));
    } else if (tree instanceof MethodTree method) {
      names.add(outer + method.getName());
    } else if (tree instanceof VariableTree field) {
      names.add(outer + field.getName());
      if (!field.getModifiers().getFlags().contains(Modifier.STATIC)) {
        fields.add(outer + field.getName());
      }
    }
  }

  /** Whether something has a name such as {@code Outer}, {@code Outer.method} or {@code A.B.C}. */
  boolean declares(String name) {
    return names.contains(name);
  }

  /** The fields of a class that are not static. */
  Stream<String> fieldsOf(String type) {
    String prefix = type + ".";
    return fields.stream()
        .filter(field -> field.startsWith(prefix))
        .map(field -> field.substring(prefix.length()))
        .filter(field -> field.indexOf('.') < 0);
  }
}
