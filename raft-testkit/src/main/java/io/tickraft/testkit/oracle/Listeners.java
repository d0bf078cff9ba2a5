package io.tickraft.testkit.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the oracles that listen to an event: those that override its method. There are thousands of
 * events in a run, and most oracles listen to few kinds of them.
 */
final class Listeners {

  private final String event;
  private final Class<?>[] parameters;

  /** Whether an oracle of a class listens: asked once for each class, as a run asks for all. */
  private final ClassValue<Boolean> isListening =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          try {
            return type.getMethod(event, parameters).getDeclaringClass() != Oracle.class;
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException("no event of oracles: " + event, e);
          }
        }
      };

  /**
   * Finds the listeners to an event.
   *
   * @param event the name of its method
   * @param parameters the types of the method's parameters
   */
  Listeners(String event, Class<?>... parameters) {
    this.event = event;
    this.parameters = parameters;
  }

  /** {@return the oracles that listen to the event, in their order} */
  Oracle[] of(List<Oracle> oracles) {
    List<Oracle> listeners = new ArrayList<>(oracles.size());
    for (Oracle oracle : oracles) {
      if (isListening.get(oracle.getClass())) {
        listeners.add(oracle);
      }
    }
    return listeners.toArray(new Oracle[0]);
  }
}
