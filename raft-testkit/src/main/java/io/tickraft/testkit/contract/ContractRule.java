package io.tickraft.testkit.contract;

/** A rule between a node and its host, which a {@link ContractViolation} names. */
public sealed interface ContractRule permits HostRule, StorageRule {

  /** {@return the name of the rule, in capitals} */
  String name();

  /** {@return the rule as one sentence} */
  String text();

  /** {@return where the rule is written, such as the Javadoc of a method} */
  String source();
}
