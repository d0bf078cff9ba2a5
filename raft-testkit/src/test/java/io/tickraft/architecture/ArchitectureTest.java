package io.tickraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The architecture holds, and each rule of it is shown failing on a sample. */
final class ArchitectureTest {
  private static final String SAMPLES = "io.tickraft.architecture.sample";

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.tickraft.core", "io.tickraft.testkit");

  private static final JavaClasses BREAKERS = new ClassFileImporter().importPackages(SAMPLES);

  @ParameterizedTest
  @EnumSource
  void holds(Rule rule) {
    rule.under("io.tickraft").check(PRODUCTION);
  }

  @ParameterizedTest
  @EnumSource
  void failsOnItsSampleAlone(Rule rule) {
    var result = rule.under(SAMPLES).evaluate(BREAKERS);
    assertThat(result.getFailureReport().getDetails())
        .isNotEmpty()
        .allSatisfy(detail -> assertThat(detail).contains("." + rule.breaker()));
  }

  @ParameterizedTest
  @EnumSource
  void hasItsSample(Rule rule) {
    assertThat(BREAKERS.stream().map(JavaClass::getSimpleName)).contains(rule.breaker());
  }
}
