package io.tickraft.testkit.contract;

/**
 * Thrown when a host or its storage breaks a rule.
 *
 * <p>The message has a line for each of: who breaks which rule, the call of a {@link WatchedNode}
 * and the place in the host that has made it, the rule and where it is written, what was expected,
 * and what happened.
 */
public final class ContractViolation extends AssertionError {

  private static final long serialVersionUID = 1L;

  /** The broken rule. */
  private final transient ContractRule rule;

  /**
   * Reports a broken rule.
   *
   * @param who who breaks it, such as "the host of node 1"
   * @param rule the rule
   * @param expected what was expected
   * @param happened what happened instead
   */
  ContractViolation(String who, ContractRule rule, String expected, String happened) {
    super(
        who
            + " breaks the rule "
            + rule.name()
            + HostCall.onTheStack().map(call -> "\n  call:     " + call).orElse("")
            + "\n  rule:     "
            + rule.text()
            + " ("
            + rule.source()
            + ")\n  expected: "
            + expected
            + "\n  happened: "
            + happened);
    this.rule = rule;
  }

  /** {@return the broken rule} */
  public ContractRule rule() {
    return rule;
  }
}
