/**
 * Oracles: each checks one promise of the protocol in a whole group, at every step. When the
 * promise is broken, the oracle throws an {@link io.tickraft.testkit.oracle.OracleViolation} that
 * names it.
 *
 * <p>{@link io.tickraft.testkit.oracle.Oracles#all()} are the oracles of the testkit; its manual,
 * {@code README.md}, lists them with their promises and sources. They share no code with the core,
 * so that they do not repeat its mistakes. The simulator, the fuzzer, the explorer and scenario
 * files use all of them by default.
 *
 * <p>An oracle of your own implements {@link io.tickraft.testkit.oracle.Oracle} and overrides the
 * events that it needs:
 *
 * <pre>{@code
 * final class ShortCommands implements Oracle {
 *   @Override
 *   public void applied(long node, Entry entry) {
 *     if (entry.getData().size() > 100) {
 *       throw new OracleViolation("short commands", "node " + node + " applies " + entry);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Add it to the others. Each run gets new oracles:
 *
 * <pre>{@code
 * Fuzz fuzz =
 *     Fuzz.ofAnyGroup().oracles(() -> new Oracles(List.of(Oracles.all(), new ShortCommands())));
 * }</pre>
 *
 * <p>The oracles get the events in the order in which they happen. Each event goes to all oracles,
 * in their order, before the next event happens. A {@link io.tickraft.testkit.oracle.NodeView} is a
 * node's status, and a {@link io.tickraft.testkit.oracle.ReadyView} a Ready, as an oracle sees
 * them.
 */
@NullMarked
package io.tickraft.testkit.oracle;

import org.jspecify.annotations.NullMarked;
