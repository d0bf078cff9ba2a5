package io.tickraft.testkit.scenario;

import java.util.List;
import java.util.SortedMap;

/**
 * A parsed command: its name, then words and options in any order.
 *
 * @param file the name of the file
 * @param line the number of its line, from 1
 * @param name the first word
 * @param words the other words, in order
 * @param options the values of the words {@code name=value}, by name
 */
record Command(
    String file, int line, String name, List<String> words, SortedMap<String, String> options) {

  ScenarioException mistake(String reason) {
    return new ScenarioException(file, line, name + ": " + reason);
  }
}
