package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.sim.Choices;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which settings of a node the fuzzer varies. */
class SettingsTest {

  private static final int RUNS = 200;

  /** Settings that the fuzzer does not draw here, each with its reason. */
  private static final Set<String> NOT_DRAWN =
      Set.of(
          "group", // All nodes of a run have the same.
          "seed", // The simulation sets it,
          "incarnation", // and this one,
          "maxOutstandingReadys", // and this one, which is drawn with the machines.
          "observer", // It changes nothing.
          "maxEntryBytes"); // It rejects a proposal by its size alone.

  private static Stream<String> drawn() {
    return Stream.of(RaftConfig.Builder.class.getMethods())
        .filter(method -> method.getReturnType() == RaftConfig.Builder.class)
        .map(Method::getName)
        .filter(name -> !NOT_DRAWN.contains(name));
  }

  @ParameterizedTest
  @MethodSource("drawn")
  void hasSeveralValues(String setting) throws ReflectiveOperationException {
    Method getter = RaftConfig.class.getMethod(setting);

    Set<Object> values = new HashSet<>();
    for (int seed = 0; seed < RUNS; seed++) {
      values.add(getter.invoke(config(seed)));
    }

    assertThat(values).hasSizeGreaterThan(1);
  }

  private static RaftConfig config(int seed) {
    return new Settings(
            Choices.random(seed), EnumSet.allOf(Trouble.class), List.of(3), (config, id) -> {})
        .of(1);
  }
}
