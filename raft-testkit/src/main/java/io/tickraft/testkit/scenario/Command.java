package io.tickraft.testkit.scenario;

import java.util.List;
import java.util.SortedMap;

/**
 * A command as it is written: its name, and after it words and options in any order.
 *
 * @param file the name of the file
 * @param line the number of its line, from 1
 * @param name the first word
 * @param words what follows, but for the options
 * @param options what follows as {@code name=value}
 */
record Command(
    String file, int line, String name, List<String> words, SortedMap<String, String> options) {

  ScenarioException mistake(String reason) {
    return new ScenarioException(file, line, name + ": " + reason);
  }
}
