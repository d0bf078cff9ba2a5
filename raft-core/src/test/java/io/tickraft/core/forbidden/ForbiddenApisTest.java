package io.tickraft.core.forbidden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import de.thetaphi.forbiddenapis.Checker;
import de.thetaphi.forbiddenapis.CheckerResult;
import de.thetaphi.forbiddenapis.ForbiddenViolation;
import de.thetaphi.forbiddenapis.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shows that each line of the forbidden-API signatures bites: a compiled sample that uses what the
 * line forbids is reported, when that line is the only one there is.
 */
final class ForbiddenApisTest {
  private static final Path SIGNATURES = Path.of("src", "forbidden");
  private static final Path SAMPLES = Path.of("src", "test", "resources", "forbidden");
  private static final List<String> RULES = List.of("deterministic", "pure");

  private static final List<String> IMPORTED =
      List.of(
          "java.io",
          "java.nio.file",
          "java.time",
          "java.util",
          "java.util.function",
          "java.util.random",
          "java.util.stream");

  @TempDir static Path compiled;

  /** The sample of each signature, by its class name. */
  private static final Map<String, Sample> SAMPLE_OF = new TreeMap<>();

  private record Sample(String className, String statements) {}

  @BeforeAll
  static void compileSamples() throws IOException {
    for (String rules : RULES) {
      for (String line : lines(SAMPLES.resolve(rules + ".samples"))) {
        int arrow = line.indexOf(" => ");
        assertThat(arrow).as("an arrow in: %s", line).isPositive();
        String className = String.format(Locale.ROOT, "Sample%03d", SAMPLE_OF.size());
        Sample before =
            SAMPLE_OF.put(
                line.substring(0, arrow), new Sample(className, line.substring(arrow + 4)));
        assertThat(before).as("second sample for: %s", line).isNull();
      }
    }
    compile(SAMPLE_OF.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"deterministic", "pure"})
  void everySignatureHasASampleAndEverySampleASignature(String rules) throws IOException {
    List<String> sampled = new ArrayList<>();
    for (String line : lines(SAMPLES.resolve(rules + ".samples"))) {
      sampled.add(line.substring(0, line.indexOf(" => ")));
    }
    assertThat(sampled).containsExactlyElementsOf(signatures(rules));
  }

  static Stream<String> allSignatures() throws IOException {
    List<String> all = new ArrayList<>();
    for (String rules : RULES) {
      all.addAll(signatures(rules));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("allSignatures")
  void signatureBites(String signature) throws Exception {
    Checker checker = checker();
    checker.parseSignaturesString(signature + " @ " + signature);
    assertThat(messages(checker, SAMPLE_OF.get(signature).className()))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains("[" + signature + "]"));
  }

  @Test
  void defaultLocaleCharsetAndTimeZoneAreForbidden() throws Exception {
    Sample sample = new Sample("DefaultLocale", "\"a\".toUpperCase();");
    compile(List.of(sample));
    assertThat(messages(completeChecker(), sample.className()))
        .singleElement()
        .asString()
        .contains("Uses default locale");
  }

  @Test
  void whatIsDefinedIsAllowed() throws Exception {
    Sample sample =
        new Sample(
            "Defined",
            """
            new LinkedHashMap<>(map).putAll(new TreeMap<>(map));
            new LinkedHashSet<>(list).addAll(new TreeSet<>(list));
            new EnumMap<DayOfWeek, String>(DayOfWeek.class).put(DayOfWeek.MONDAY, "a");
            List.copyOf(list).stream().collect(Collectors.toMap(e -> e, e -> e, (a, b) -> a, TreeMap::new));
            list.stream().collect(Collectors.groupingBy(e -> e, LinkedHashMap::new, Collectors.toList()));
            Collections.shuffle(list, new Random(42));
            new SplittableRandom(42).nextLong();
            int hash = 31 * Long.hashCode(1L) + Arrays.hashCode(longs);
            Duration.ofMillis(100).toNanos();
            String.format(Locale.ROOT, "%d", 1);
            """);
    compile(List.of(sample));
    assertThat(messages(completeChecker(), sample.className())).isEmpty();
  }

  /** The check of the build knows the annotation, and so passes over these. */
  @Test
  void onlyTheGuardAgainstASecondThreadIsExceptedAndForThreadsOnly() throws Exception {
    Path classes = Path.of("target", "classes");
    Checker checker = completeChecker();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        if (!file.endsWith("module-info.class")) {
          checker.addClassToCheck(file.toFile());
        }
      }
    }
    Map<String, List<String>> excepted = new TreeMap<>();
    for (CheckerResult result : checker.runWithResults()) {
      if (!result.getViolations().isEmpty()) {
        excepted.put(result.getClassName(), descriptions(result).toList());
      }
    }
    assertThat(excepted).containsOnlyKeys("io.tickraft.core.SingleOwner");
    assertThat(excepted.get("io.tickraft.core.SingleOwner"))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains("java.lang.Thread"));
  }

  private static Checker completeChecker() throws Exception {
    Checker checker = checker();
    checker.addBundledSignatures("jdk-unsafe", "17");
    for (String rules : RULES) {
      checker.parseSignaturesFile(SIGNATURES.resolve(rules + ".txt").toFile());
    }
    return checker;
  }

  private static Checker checker() {
    return new Checker(
        new Silent(),
        ForbiddenApisTest.class.getClassLoader(),
        Checker.Option.FAIL_ON_UNRESOLVABLE_SIGNATURES,
        Checker.Option.FAIL_ON_MISSING_CLASSES);
  }

  private static List<String> messages(Checker checker, String sampleClass) throws Exception {
    checker.addClassToCheck(compiled.resolve("sample/" + sampleClass + ".class").toFile());
    return checker.runWithResults().stream().flatMap(ForbiddenApisTest::descriptions).toList();
  }

  private static Stream<String> descriptions(CheckerResult result) {
    return result.getViolations().stream()
        .map((ForbiddenViolation violation) -> violation.description);
  }

  private static List<String> signatures(String rules) throws IOException {
    return lines(SIGNATURES.resolve(rules + ".txt")).stream()
        .filter(line -> !line.startsWith("@defaultMessage"))
        .toList();
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file, UTF_8).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  private static void compile(Iterable<Sample> samples) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-nowarn", "-d", compiled.toString()));
    for (Sample sample : samples) {
      Path source = compiled.resolve(sample.className() + ".java");
      Files.writeString(source, source(sample));
      arguments.add(source.toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
  }

  private static String source(Sample sample) {
    StringBuilder source = new StringBuilder("package sample;\n");
    for (String imported : IMPORTED) {
      source.append("import ").append(imported).append(".*;\n");
    }
    return source
        .append("final class ")
        .append(sample.className())
        .append(
            """
             {
              static void sample(
                  Object object,
                  List<String> list,
                  NavigableMap<String, String> map,
                  NavigableSet<String> set,
                  long[] longs) throws Exception {
            """)
        .append(sample.statements())
        .append("\n  }\n}\n")
        .toString();
  }

  private static final class Silent implements Logger {
    @Override
    public void error(String message) {}

    @Override
    public void warn(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void debug(String message) {}
  }
}
