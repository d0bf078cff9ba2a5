package io.tickraft.testkit.cli.mutants;

/** A mutant cannot be used. The message names its file. */
final class MutantException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MutantException(String message) {
    super(message);
  }
}
