package io.tickraft.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Several oracles as one pass on each event. */
class EachEventTest {

  @TestFactory
  List<DynamicTest> reachesEachOracle() {
    return Arrays.stream(Oracle.class.getMethods())
        .map(event -> DynamicTest.dynamicTest(event.getName(), () -> reachesBoth(event)))
        .toList();
  }

  private static void reachesBoth(Method event) throws ReflectiveOperationException {
    List<String> calls = new ArrayList<>();
    Oracles both = new Oracles(List.of(recorder("first", calls), recorder("second", calls)));

    event.invoke(both, arguments(event));

    assertThat(calls).containsExactly("first " + event, "second " + event);
  }

  private static Oracle recorder(String name, List<String> calls) {
    return (Oracle)
        Proxy.newProxyInstance(
            Oracle.class.getClassLoader(),
            new Class<?>[] {Oracle.class},
            (proxy, method, arguments) -> {
              calls.add(name + " " + method);
              return null;
            });
  }

  private static Object[] arguments(Method event) {
    return Arrays.stream(event.getParameterTypes())
        .map(type -> type == long.class ? (Object) 1L : type == int.class ? (Object) 1 : null)
        .toArray();
  }
}
