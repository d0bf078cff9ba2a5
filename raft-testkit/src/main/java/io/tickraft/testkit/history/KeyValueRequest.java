package io.tickraft.testkit.history;

/** A request to a key-value store. */
public sealed interface KeyValueRequest {

  /** {@return the key} */
  String key();

  /**
   * Sets a key to a value.
   *
   * @param key the key, without spaces
   * @param value the value
   */
  record Put(String key, String value) implements KeyValueRequest {
    @Override
    public String toString() {
      return "put " + key + " " + value;
    }
  }

  /**
   * Asks for the value of a key.
   *
   * @param key the key, without spaces
   */
  record Get(String key) implements KeyValueRequest {
    @Override
    public String toString() {
      return "get " + key;
    }
  }

  /**
   * Reads the text of a request.
   *
   * @param text the result of {@code toString()}
   * @return the request
   * @throws IllegalArgumentException if the text is not a request
   */
  static KeyValueRequest parse(String text) {
    String[] words = text.split(" ", 3);
    if (words[0].equals("put") && words.length == 3) {
      return new Put(words[1], words[2]);
    }
    if (words[0].equals("get") && words.length == 2) {
      return new Get(words[1]);
    }
    throw new IllegalArgumentException("not a request: '" + text + "'");
  }
}
