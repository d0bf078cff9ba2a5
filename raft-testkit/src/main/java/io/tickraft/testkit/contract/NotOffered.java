package io.tickraft.testkit.contract;

/** A store does not implement an optional operation of {@link TestedStore}. */
final class NotOffered extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String message;

  NotOffered(String operation) {
    this.message = "the tested store does not implement " + operation;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
