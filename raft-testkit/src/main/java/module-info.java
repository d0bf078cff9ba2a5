/** What Tickraft and what embeds it are tested with. */
module io.tickraft.testkit {
  requires transitive io.tickraft.core;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;
}
