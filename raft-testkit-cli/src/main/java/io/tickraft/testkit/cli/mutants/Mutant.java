package io.tickraft.testkit.cli.mutants;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A bug to plant in the core: pieces of code, and what becomes of them.
 *
 * @param name the name of its file without the ending
 * @param file its file
 * @param bug what is wrong, in one sentence
 * @param source which implementation had this bug, or which text warns of it
 * @param area the part of the protocol, such as {@code election}
 * @param missed why the fuzzer does not find the mutant; empty if it does
 * @param replacements what is replaced, at least one
 */
record Mutant(
    String name,
    Path file,
    String bug,
    String source,
    String area,
    Optional<String> missed,
    List<Replacement> replacements) {

  /**
   * A piece of code, and what becomes of it.
   *
   * @param sourceFile the file of the core, from the directory of the sources
   * @param line the line of the mutant's file at which the code begins, from 1
   * @param code the code, which is once in the source file; white space and comments do not count
   * @param becomes what the code is replaced by; empty if it is removed
   */
  record Replacement(String sourceFile, int line, String code, String becomes) {}
}
