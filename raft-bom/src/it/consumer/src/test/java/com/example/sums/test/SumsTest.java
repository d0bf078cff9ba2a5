package com.example.sums.test;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Values.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.sums.Sums;
import io.tickraft.core.RawNode;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.FuzzTests;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import io.tickraft.testkit.sim.Choices;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SumsTest {

  @Test
  void allNodesAddTheSame() {
    Sums sums = new Sums();
    sums.add(2);
    sums.add(40);
    assertThat(sums.sums()).containsExactly(42L, 42L, 42L);
  }

  @Test
  void aFollowerTakesAnEntry() {
    NodeFixture node =
        NodeFixture.node(1).voters(1, 2, 3).log(1, 1, 2).term(3).commit(2).asFollower(2);

    node.step(append(fromNode(2).to(1).term(3)).prev(2, 4).entries(entry(3, 5, "a")).commit(5));

    assertThat(node.ready()).hasEntries(entry(3, 5, "a")).mustSync();
  }

  @TestFactory
  Stream<DynamicTest> groupsAgreeInAllKindsOfTrouble() {
    return FuzzTests.of(Fuzz.ofAnyGroup()).seeds(5).tests();
  }

  @Test
  void aRunHasAPicture() {
    Choices choices = Choices.random(7);
    PictureRecorder recorder = new PictureRecorder(choices);
    Fuzz.ofAnyGroup().run(choices, recorder);
    assertThat(new Picture("seed 7", recorder).html()).contains("<html", "seed 7");
  }

  /** What the build says it tests is what runs: named modules, or all in the class path. */
  @Test
  void modulesAreNamedOnTheModulePathAlone() {
    boolean modules = Boolean.parseBoolean(System.getProperty("modules"));
    for (Class<?> type : List.of(Message.class, RawNode.class, Fuzz.class, Sums.class)) {
      assertThat(type.getModule().isNamed()).as(type.getName()).isEqualTo(modules);
    }
  }
}
