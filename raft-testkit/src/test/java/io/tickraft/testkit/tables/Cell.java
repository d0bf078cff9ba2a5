package io.tickraft.testkit.tables;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/** What a row is about: who gets which kind of message, of which term. */
record Cell(RoleName role, Message.BodyCase body, Term term) {

  /** How a message's term compares to the receiver's. */
  enum Term {
    /** None: outside of terms, or of a node that has not seen any. */
    NONE,
    LOWER,
    SAME,
    HIGHER
  }

  /** Returns the cell of a row, by the state that it begins in and not by what it says. */
  static Cell of(Row row) {
    Status status =
        Switches.ALL.stream()
            .filter(row.state().exists())
            .findFirst()
            .map(row.state().node())
            .orElseThrow()
            .status();
    long term = row.input().getTerm();
    Term compared =
        term == 0
            ? Term.NONE
            : term < status.term() ? Term.LOWER : term == status.term() ? Term.SAME : Term.HIGHER;
    return new Cell(status.role(), row.input().getBodyCase(), compared);
  }

  /** Returns all there are. */
  static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (RoleName role : RoleName.values()) {
      for (Message.BodyCase body : Message.BodyCase.values()) {
        for (Term term : Term.values()) {
          if (body != Message.BodyCase.BODY_NOT_SET) {
            cells.add(new Cell(role, body, term));
          }
        }
      }
    }
    return cells;
  }

  @Override
  public String toString() {
    return role + " × " + body + " × " + term;
  }
}
