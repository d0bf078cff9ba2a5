package io.tickraft.testkit.manual;

import io.tickraft.testkit.fuzz.Fuzz;
import java.util.function.Supplier;

/** The manual's runs for the command. */
public final class CounterFuzz implements Supplier<Fuzz> {
  @Override
  public Fuzz get() {
    return Fuzz.ofAnyGroup().machines(Counter::new);
  }
}
