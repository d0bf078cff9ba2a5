package io.tickraft.testkit.scenario;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** All commands by their names. */
final class Commands {

  interface Action {
    void run(World world, Arguments args);
  }

  private static final SortedMap<String, Action> ALL = all();

  private Commands() {}

  private static SortedMap<String, Action> all() {
    SortedMap<String, Action> all = new TreeMap<>();
    for (Map<String, Action> some :
        List.of(
            HostCommands.all(),
            InputCommands.all(),
            NetworkCommands.all(),
            TimeCommands.all(),
            InspectionCommands.all())) {
      all.putAll(some);
    }
    return Collections.unmodifiableSortedMap(all);
  }

  static Iterable<String> names() {
    return ALL.keySet();
  }

  static void run(World world, Command command) {
    Action action = ALL.get(command.name());
    if (action == null) {
      throw new ScenarioException(
          command.file(),
          command.line(),
          "unknown command: " + command.name() + "; known are " + String.join(", ", ALL.keySet()));
    }
    action.run(world, new Arguments(command));
    world.out().endCommand();
  }
}
