package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickraft.testkit.contract.BrokenContract;
import io.tickraft.testkit.contract.ContractViolation;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test in a report compiles, fails as the run does, and passes when the bug is fixed. */
class GeneratedTestTest {

  private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+) ");

  @TempDir private Path classes;

  private static FailureReport report(Trial trial, String name) {
    for (long seed = 1; seed <= 100; seed++) {
      Choices choices = Choices.random(seed);
      if (Failure.of(trial, choices).isPresent()) {
        Schedule whole = choices.record();
        Shrunk shrunk = new Shrinker(trial).maxAttempts(200).shrink(whole);
        return FailureReport.of(name, whole.size(), shrunk, trial);
      }
    }
    throw new AssertionError("no seed fails");
  }

  @Test
  void ofAStorageContractFailsAsItsSequenceDoes() throws Exception {
    AssertionError report =
        catchThrowableOfType(
            AssertionError.class,
            () -> {
              for (DynamicTest sequence : new BrokenContract().randomSequences().toList()) {
                sequence.getExecutable().execute();
              }
            });
    String text = String.valueOf(report.getMessage());
    int begin = text.indexOf("As a test:\n\n") + "As a test:\n\n".length();
    String source = text.substring(begin, text.lastIndexOf('}') + 1).stripIndent();

    assertThat(run(source))
        .isInstanceOf(ContractViolation.class)
        .hasMessageContaining("the storage breaks the rule ENTRIES_WITHIN_LIMIT");
  }

  @Test
  void failsAsTheRunDoesAndPassesWithoutTheBug() throws Exception {
    PlantedBug.set(true);
    FailureReport report =
        report(PlantedBug.FUZZ, "seed 1").source(PlantedBug.class.getName() + ".FUZZ");
    String source = report.test();

    Throwable failure = run(source);

    assertThat(failure)
        .isInstanceOf(OracleViolation.class)
        .hasMessageStartingWith("two commands at most is violated: node ")
        .extracting(thrown -> ((OracleViolation) thrown).promise())
        .isEqualTo("two commands at most");
    PlantedBug.set(false);
    assertThat(run(source)).isNull();
  }

  @Test
  void theSettingsOfAFuzzAreInItsSource() throws Exception {
    Fuzz fuzz =
        Fuzz.ofAnyGroup()
            .nodes(3, 5)
            .steps(40)
            .with(List.of(Trouble.CRASHES, Trouble.UNRELIABLE_NETWORK));
    Schedule schedule = Schedule.parse("step 1: propose 1\nsettings: nodes 1");
    String promise = "log \"matching\"";
    Failure failure = new Failure(promise, new OracleViolation(promise, "of */ {@x} → <b> 'y'\\"));

    String source =
        FailureReport.of("seed 1", 2, new Shrunk(schedule, failure, 1, true), fuzz).test();

    assertThat(source)
        .contains(".nodes(3, 5)")
        .contains(".steps(40)")
        .contains(".with(List.of(Trouble.CRASHES, Trouble.UNRELIABLE_NETWORK))")
        .contains("class LogMatchingHoldsTest {")
        .doesNotContain("Put the run");
    assertThat(run(source)).isNull();
  }

  @Test
  void aCommentSaysWhatHasNoSource() throws Exception {
    Schedule schedule = Schedule.parse("step 1: crash 1");
    Shrunk shrunk = new Shrunk(schedule, new Failure("", new AssertionError()), 1, true);

    assertThat(FailureReport.of("seed 1", 2, shrunk, PlantedBug.FUZZ).test())
        .contains("  // Put the run that has failed here. This much of it is known:\n")
        .contains("  // Fuzz.ofAnyGroup()")
        .contains("class RunOfSeed1Test {");
    // A part of the run would pass with its bug.
    assertThat(run(FailureReport.of("seed 1", 2, shrunk, PlantedBug.FUZZ).test()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(run(new FailureReport("seed 1", 2, shrunk).test()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("put the run here");
  }

  // Compiling and running.

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Compiles the class and runs its test; returns what the test throws, or null. */
  private @Nullable Throwable run(String source) throws Exception {
    Matcher name = CLASS.matcher(source);
    assertThat(name.find()).isTrue();
    compile(name.group(1), source);
    URL[] urls = {classes.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(urls, GeneratedTestTest.class.getClassLoader())) {
      Class<?> test = loader.loadClass(name.group(1));
      for (Method method : test.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)) {
          return thrownBy(test, method);
        }
      }
    }
    throw new AssertionError("no test in " + source);
  }

  private static @Nullable Throwable thrownBy(Class<?> test, Method method)
      throws ReflectiveOperationException {
    Constructor<?> constructor = test.getDeclaredConstructor();
    constructor.setAccessible(true);
    method.setAccessible(true);
    Object instance = constructor.newInstance();
    Throwable thrown = catchThrowable(() -> method.invoke(instance));
    return thrown instanceof InvocationTargetException ? thrown.getCause() : thrown;
  }

  private void compile(String name, String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    List<String> options =
        List.of("-d", classes.toString(), "-cp", classPath(), "-proc:none", "-Xlint:all,-path");
    List<JavaFileObject> files = List.of(new Source(name, source));
    boolean compiles = compiler.getTask(problems, null, null, options, null, files).call();
    assertThat(compiles).as("%s\n%s", problems, source).isTrue();
    assertThat(problems.toString().toLowerCase(Locale.ROOT)).doesNotContain("warning");
  }

  /** Where the tests themselves come from: the class path, and the module path if there is one. */
  private static String classPath() {
    return System.getProperty("java.class.path")
        + File.pathSeparator
        + System.getProperty("jdk.module.path", "")
        + File.pathSeparator
        + System.getProperty("surefire.test.class.path", "")
        + File.pathSeparator
        + location(GeneratedTestTest.class)
        + File.pathSeparator
        + location(Fuzz.class);
  }

  private static String location(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }
}
