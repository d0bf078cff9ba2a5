package io.tickraft.testkit.oracle;

/** A promise is broken: the run shows a bug. */
public final class OracleViolation extends AssertionError {

  private static final long serialVersionUID = 1L;

  /** The name of the promise. */
  private final String promise;

  /**
   * Reports a broken promise.
   *
   * @param promise its name
   * @param evidence what was seen
   */
  public OracleViolation(String promise, String evidence) {
    super(promise + " is violated: " + evidence);
    this.promise = promise;
  }

  /**
   * Returns which promise is broken.
   *
   * @return its name
   */
  public String promise() {
    return promise;
  }
}
