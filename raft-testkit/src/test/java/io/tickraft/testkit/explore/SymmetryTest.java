package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymmetryTest {

  private static List<Long> names(Symmetry symmetry, int naming, int nodes) {
    LongUnaryOperator names = symmetry.names(naming);
    List<Long> all = new ArrayList<>();
    for (long id = 1; id <= nodes; id++) {
      all.add(names.applyAsLong(id));
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 6", "4, 24", "5, 120"})
  void eachPermutationOfNodesThatAreAlikeIsANaming(int nodes, int namings) {
    Symmetry symmetry = Symmetry.among(nodes, nodes);
    assertThat(symmetry.size()).isEqualTo(namings);
    List<List<Long>> all = new ArrayList<>();
    for (int naming = 0; naming < namings; naming++) {
      all.add(names(symmetry, naming, nodes));
    }
    assertThat(all)
        .doesNotHaveDuplicates()
        .allSatisfy(names -> assertThat(names).containsExactlyInAnyOrderElementsOf(all.get(0)));
  }

  @Test
  void theFirstNamingIsTheIdentity() {
    assertThat(names(Symmetry.among(3, 3), 0, 3)).containsExactly(1L, 2L, 3L);
    assertThat(names(Symmetry.none(3), 0, 3)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void nodesThatAreNotAlikeKeepTheirNames() {
    assertThat(Symmetry.none(4).size()).isEqualTo(1);
    Symmetry joiners = Symmetry.among(2, 4);
    assertThat(joiners.size()).isEqualTo(2);
    assertThat(names(joiners, 0, 4)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(names(joiners, 1, 4)).containsExactly(2L, 1L, 3L, 4L);
  }

  @Test
  void anIdThatIsNoNodeOfTheGroupKeepsItsName() {
    LongUnaryOperator names = Symmetry.among(2, 2).names(1);
    assertThat(names.applyAsLong(0)).isZero();
    assertThat(names.applyAsLong(3)).isEqualTo(3);
    assertThat(names.applyAsLong(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
  }
}
