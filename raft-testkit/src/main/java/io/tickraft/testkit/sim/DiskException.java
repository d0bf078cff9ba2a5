package io.tickraft.testkit.sim;

/** A simulated disk has failed to read or to write. The host stops its node. */
final class DiskException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DiskException(String failure) {
    super(failure);
  }
}
