package io.tickraft.testkit.oracle;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the oracles that listen to an event: those that override its method. There are thousands of
 * events in a run, and most oracles listen to few kinds of them.
 */
final class Listeners {

  /** By class of oracles: the names of the events that it listens to. */
  private static final ClassValue<SortedSet<String>> EVENTS =
      new ClassValue<>() {
        @Override
        protected SortedSet<String> computeValue(Class<?> type) {
          TreeSet<String> events = new TreeSet<>();
          for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != Oracle.class) {
              events.add(method.getName());
            }
          }
          return Collections.unmodifiableSortedSet(events);
        }
      };

  private Listeners() {}

  /** {@return the oracles that listen to an event, in their order} */
  static Oracle[] of(List<Oracle> oracles, String event) {
    List<Oracle> listeners = new ArrayList<>(oracles.size());
    for (Oracle oracle : oracles) {
      if (EVENTS.get(oracle.getClass()).contains(event)) {
        listeners.add(oracle);
      }
    }
    return listeners.toArray(new Oracle[0]);
  }
}
