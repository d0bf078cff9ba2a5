package io.tickraft.testkit.oracle;

/** A promise of the protocol is broken, so the run shows a bug. */
public final class OracleViolation extends AssertionError {

  private static final long serialVersionUID = 1L;

  /** The name of the broken promise. */
  private final String promise;

  /**
   * Reports a broken promise.
   *
   * @param promise the name of the promise
   * @param evidence what the oracle saw
   */
  public OracleViolation(String promise, String evidence) {
    super(promise + " is violated: " + evidence);
    this.promise = promise;
  }

  /** {@return the name of the broken promise} */
  public String promise() {
    return promise;
  }
}
