package io.tickraft.examples.kv.client;

import java.util.Locale;

/** What a user may do. Each role may do what the roles before it may. */
public enum Role {
  /** Read keys. */
  READER,
  /** Change keys. */
  WRITER,
  /** Change the group. */
  ADMIN;

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /** {@return the name in small letters} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
