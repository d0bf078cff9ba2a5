package io.tickraft.testkit.tables;

import io.tickraft.testkit.fixture.NodeFixture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A named state of node 1, which can be had as often as one likes.
 *
 * @param name what a row calls it
 * @param exists with which switches there is such a state: without pre-vote nobody is a
 *     pre-candidate
 * @param node brings a node to it
 */
record State(String name, Predicate<Switches> exists, Function<Switches, NodeFixture> node) {

  State(String name, Function<Switches, NodeFixture> node) {
    this(name, switches -> true, node);
  }

  /** The same state some steps later. */
  State then(String laterName, Function<NodeFixture, NodeFixture> steps) {
    return new State(laterName, exists, switches -> settled(steps.apply(node.apply(switches))));
  }

  private static NodeFixture settled(NodeFixture node) {
    node.run();
    node.sent();
    node.applied();
    node.events();
    return node;
  }

  @Override
  public String toString() {
    return name;
  }
}
