package io.tickraft.testkit.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A JSON object in one line, with its members in the order in which they were put. */
public final class Json {

  private final Map<String, Object> members = new LinkedHashMap<>();

  /** Starts with an object without members. */
  public Json() {}

  /**
   * Puts a member.
   *
   * @param name its name
   * @param value a text, a number, a boolean, another object, a map or a collection of such
   * @return this
   */
  public Json put(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** {@return the object as text} */
  @Override
  public String toString() {
    return text(members);
  }

  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> quoted(String.valueOf(entry.getKey())) + ":" + text(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof Collection<?> collection) {
      return collection.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Json || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return quoted(value.toString());
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            quoted.append("\\u").append(String.format("%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
