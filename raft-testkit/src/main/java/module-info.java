/** What Tickraft, and what embeds it, is tested with. */
module io.tickraft.testkit {
  requires transitive io.tickraft.core;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires static org.jspecify;

  exports io.tickraft.testkit.assertion;
  exports io.tickraft.testkit.contract;
  exports io.tickraft.testkit.explore;
  exports io.tickraft.testkit.fixture;
  exports io.tickraft.testkit.fuzz;
  exports io.tickraft.testkit.history;
  exports io.tickraft.testkit.message;
  exports io.tickraft.testkit.oracle;
  exports io.tickraft.testkit.picture;
  exports io.tickraft.testkit.scenario;
  exports io.tickraft.testkit.sim;
}
