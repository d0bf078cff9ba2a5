package io.tickraft.examples.kv.command;

import java.util.Optional;

/**
 * The kinds of operations, with their numbers in the encoded form. A number is never used again; 0
 * was for reads, which were once written to the log.
 */
public enum Opcode {
  SET(1),
  SET_ALL(2),
  DELETE(3),
  INCREMENT(4),
  SET_NEW(5),
  GET_DELETE(6),
  APPEND(7),
  CLEAR(8),
  TRANSACTION(9),
  // Reads: only in a transaction.
  GET(32),
  GET_ALL(33),
  EXISTS(34),
  LENGTH(35),
  TYPE(36),
  SIZE(37);

  private final int number;

  Opcode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static Optional<Opcode> of(int number) {
    for (Opcode opcode : values()) {
      if (opcode.number == number) {
        return Optional.of(opcode);
      }
    }
    return Optional.empty();
  }
}
