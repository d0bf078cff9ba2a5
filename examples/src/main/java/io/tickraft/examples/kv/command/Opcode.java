package io.tickraft.examples.kv.command;

import java.util.Optional;

/**
 * The kinds of commands, with their numbers in the encoded form. A number is never used again; 0
 * was for reads, which were once written to the log.
 */
public enum Opcode {
  SET(1),
  SET_ALL(2),
  DELETE(3),
  INCREMENT(4);

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
