package io.tickraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** A broken storage is told which rule it breaks, and no other. */
final class BrokenStoreTest {

  @ParameterizedTest
  @EnumSource
  void failsAtItsRule(BrokenStore broken) {
    List<ContractViolation> violations =
        violations(
            new StorageContract() {
              @Override
              protected TestedStore create(long... voters) {
                return broken.create(voters);
              }
            });
    assertThat(violations.stream().map(ContractViolation::rule).distinct())
        .as("%s", violations.stream().map(Throwable::getMessage).toList())
        .containsExactly(broken.rule());
    assertThat(violations.get(0))
        .hasMessageStartingWith("the storage breaks the rule " + broken.rule().name())
        .hasMessageContaining("rule:     " + broken.rule().text())
        .hasMessageContaining("(Javadoc of ")
        .hasMessageContaining("\n  expected: ")
        .hasMessageContaining("\n  happened: ");
  }

  @Test
  void eachRuleOfAStorageHasOneThatBreaksIt() {
    assertThat(Arrays.stream(BrokenStore.values()).map(BrokenStore::rule).distinct())
        .containsExactlyInAnyOrder(StorageRule.values());
  }

  /** Runs all tests of a contract. */
  private static List<ContractViolation> violations(StorageContract contract) {
    List<ContractViolation> violations = new ArrayList<>();
    Stream.of(StorageContract.class.getDeclaredMethods())
        .filter(m -> m.isAnnotationPresent(Test.class) || m.isAnnotationPresent(TestFactory.class))
        .sorted(Comparator.comparing(Method::getName))
        .forEach(method -> run(contract, method, violations));
    return violations;
  }

  private static void run(
      StorageContract contract, Method test, List<ContractViolation> violations) {
    try {
      if (test.invoke(contract) instanceof Stream<?> tests) {
        tests.limit(5).forEach(t -> run((DynamicTest) t, violations));
      }
    } catch (InvocationTargetException e) {
      add(e.getCause(), violations);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static void run(DynamicTest test, List<ContractViolation> violations) {
    try {
      test.getExecutable().execute();
    } catch (Throwable e) {
      add(e.getCause(), violations);
    }
  }

  private static void add(@Nullable Throwable thrown, List<ContractViolation> violations) {
    if (thrown instanceof ContractViolation violation) {
      violations.add(violation);
    } else if (!(thrown instanceof TestAbortedException)) {
      fail("a test of a storage throws only violations", thrown);
    }
  }
}
