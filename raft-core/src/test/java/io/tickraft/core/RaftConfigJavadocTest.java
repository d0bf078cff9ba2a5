package io.tickraft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the Javadoc of the knobs says is so. */
final class RaftConfigJavadocTest {

  // "Sets {@link RaftConfig#maxAppendBytes()}; default 1 MiB."
  private static final Pattern DEFAULT =
      Pattern.compile("Sets \\{@link RaftConfig#(\\w+)\\(\\)}; default ([\\w,]*\\w)( MiB)?");

  @Test
  void theDocumentedDefaultsAreTheDefaults() throws IOException, ReflectiveOperationException {
    String source =
        Files.readString(
            Path.of("src", "main", "java", "io", "tickraft", "core", "RaftConfig.java"));
    Map<String, String> documented = new TreeMap<>();
    Matcher matcher = DEFAULT.matcher(source);
    while (matcher.find()) {
      String number = matcher.group(2).replace(",", "");
      documented.put(
          matcher.group(1),
          matcher.group(3) == null ? number : String.valueOf(Long.parseLong(number) << 20));
    }

    Map<String, String> actual = new TreeMap<>();
    RaftConfig defaults = RaftConfig.builder(1).build();
    for (Method knob : RaftConfigTest.knobs()) {
      Object value = RaftConfig.class.getMethod(knob.getName()).invoke(defaults);
      actual.put(knob.getName(), value.equals(Optional.empty()) ? "none" : String.valueOf(value));
    }

    assertThat(documented).isEqualTo(actual);
  }
}
