/**
 * Every ordering of events of a small group, within bounds, on the real nodes. Where the fuzzer
 * tries some long runs, an exploration tries all short ones.
 *
 * <pre>{@code
 * Exploration.Result result =
 *     Exploration.of(3)
 *         .machines(Counter::new)
 *         .startAfter(Prelude.leader())
 *         .allow(EventKind.PROPOSE, 1)
 *         .allow(EventKind.TICK, 1)
 *         .allow(EventKind.CRASH, 1)
 *         .inFlight(4)
 *         .run();
 * assertThat(result.isExhausted()).isTrue();
 * assertThat(result.counterexample()).isEmpty();
 * }</pre>
 *
 * <p>{@link io.tickraft.testkit.explore.Exploration} has the bounds, {@link
 * io.tickraft.testkit.explore.EventKind} what may happen, and {@link
 * io.tickraft.testkit.explore.Prelude} what has happened before. A {@link
 * io.tickraft.testkit.explore.Counterexample} is a run with as few events as possible that breaks a
 * promise: its {@link io.tickraft.testkit.explore.Ordering} replays it, and it comes with a
 * transcript, a picture and the source of a JUnit test. {@link
 * io.tickraft.testkit.explore.NamedExploration} are the explorations of the core itself.
 *
 * <p>The {@linkplain io.tickraft.testkit.explore.Exploration#machines state machine} or the
 * {@linkplain io.tickraft.testkit.explore.Exploration#stores storage} may be your own.
 *
 * <p>The number of states grows fast with each bound. Begin with one event of each kind and with
 * few messages in flight; turn off pre-votes and the check of the quorum if they are not what is
 * tested. An exploration that is not exhausted has proved nothing about the states that it left
 * out.
 */
@NullMarked
package io.tickraft.testkit.explore;

import org.jspecify.annotations.NullMarked;
