package io.tickraft.testkit.cli.mutants;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.tickraft.testkit.cli.mutants.inside.LoopGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.tools.JavaCompiler;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link LoopGuard} into each loop of the core: a mutant may make a loop endless, and
 * nothing else could end a run that is in it. The host's loop over Readys is guarded by {@code
 * ready()}.
 */
final class LoopGuards {

  private static final String PASS = " " + LoopGuard.class.getName() + ".pass();";
  private static final String READY = " " + LoopGuard.class.getName() + ".ready();";

  private LoopGuards() {}

  /** Returns the sources, by the names of their files, with guards. */
  static Map<String, String> in(Map<String, String> sources, JavaCompiler compiler) {
    List<TextSource> units = new ArrayList<>();
    sources.forEach((file, text) -> units.add(new TextSource(file, text)));
    // What does not parse is left as it is: its compilation reports the problem.
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, problem -> {}, List.of("-proc:none"), null, units);
    Map<String, String> guarded = new TreeMap<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        String file = TextSource.file(unit.getSourceFile());
        Scanner scanner = new Scanner(unit, Trees.instance(task).getSourcePositions());
        scanner.scan(unit, null);
        guarded.put(file, scanner.guarded(Objects.requireNonNull(sources.get(file))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return guarded;
  }

  private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {

    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    /** The calls to insert, by the places after which they come: the braces of bodies. */
    private final TreeMap<Integer, String> calls = new TreeMap<>();

    Scanner(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    String guarded(String text) {
      StringBuilder guarded = new StringBuilder(text);
      calls.descendingMap().forEach((brace, call) -> guarded.insert(brace + 1, call));
      return guarded.toString();
    }

    private void guard(@Nullable Tree body, String call) {
      if (body instanceof BlockTree) {
        calls.put((int) positions.getStartPosition(unit, body), call);
      }
    }

    @Override
    public @Nullable Void visitWhileLoop(WhileLoopTree loop, @Nullable Void unused) {
      guard(loop.getStatement(), PASS);
      return super.visitWhileLoop(loop, null);
    }

    @Override
    public @Nullable Void visitDoWhileLoop(DoWhileLoopTree loop, @Nullable Void unused) {
      guard(loop.getStatement(), PASS);
      return super.visitDoWhileLoop(loop, null);
    }

    @Override
    public @Nullable Void visitForLoop(ForLoopTree loop, @Nullable Void unused) {
      guard(loop.getStatement(), PASS);
      return super.visitForLoop(loop, null);
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree loop, @Nullable Void unused) {
      guard(loop.getStatement(), PASS);
      return super.visitEnhancedForLoop(loop, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      if (method.getName().contentEquals("ready") && method.getParameters().isEmpty()) {
        guard(method.getBody(), READY);
      }
      return super.visitMethod(method, null);
    }
  }
}
