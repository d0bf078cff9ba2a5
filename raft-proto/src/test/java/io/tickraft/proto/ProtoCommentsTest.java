package io.tickraft.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Everything in the proto file says what it means: each message, enum, field and enum value has a
 * comment right above it. The value 0 of each enum is explained once, at the top of the file.
 */
final class ProtoCommentsTest {

  private static final Pattern NEEDS_COMMENT =
      Pattern.compile(
          "(message|enum) \\w+ \\{.*" // a type
              + "|(repeated )?\\w+ \\w+ = \\d+;" // a field
              + "|[A-Z_]+ = [1-9]\\d*;" // an enum value
              + "|reserved .*");

  @Test
  void everythingHasAComment() throws IOException {
    assertThat(uncommented(Files.readAllLines(Path.of("src", "main", "proto", "raft.proto"))))
        .isEmpty();
  }

  @Test
  void aMissingCommentIsFound() {
    List<String> source =
        List.of(
            "// A type.",
            "message A {",
            "  uint64 without = 1;",
            "",
            "  // With.",
            "  uint64 with = 2;",
            "  repeated bytes also_without = 3;",
            "  message Inner {}",
            "  reserved 4;",
            "}",
            "enum E {",
            "  E_UNSPECIFIED = 0;",
            "  E_ONE = 1;");

    assertThat(uncommented(source))
        .containsExactly(
            "3: uint64 without = 1;",
            "7: repeated bytes also_without = 3;",
            "8: message Inner {}",
            "9: reserved 4;",
            "11: enum E {",
            "13: E_ONE = 1;");
  }

  private static List<String> uncommented(List<String> source) {
    List<String> found = new ArrayList<>();
    String before = "";
    int number = 0;
    for (String untrimmed : source) {
      number++;
      String line = untrimmed.strip();
      if (NEEDS_COMMENT.matcher(line).matches() && !before.startsWith("//")) {
        found.add(number + ": " + line);
      }
      before = line;
    }
    return found;
  }
}
