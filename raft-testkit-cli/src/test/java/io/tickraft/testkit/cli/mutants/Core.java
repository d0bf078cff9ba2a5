package io.tickraft.testkit.cli.mutants;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The core of this project, and mutants of it for tests. */
final class Core {

  /** The sources of the core; tests run in the directory of their module. */
  static final Path SOURCES = Path.of("..", "raft-core", "src", "main", "java");

  /** The mutants of this project. */
  static final Path MUTANTS = Path.of("..", "raft-testkit", "mutants");

  static final String MAJORITY = "io/tickraft/core/quorum/Majority.java";

  /** Compiles the core once for all tests. */
  static final MutantCompiler COMPILER = new MutantCompiler(new Sources(SOURCES));

  private Core() {}

  /** Returns a mutant with a block for {@link #MAJORITY}. */
  static Mutant mutant(String code, String becomes) {
    return mutant(new Mutant.Replacement(MAJORITY, 6, code, becomes));
  }

  static Mutant mutant(Mutant.Replacement... replacements) {
    return new Mutant(
        "test",
        Path.of("test.mutant"),
        "A bug.",
        "A source.",
        "election",
        Optional.empty(),
        List.of(replacements));
  }
}
