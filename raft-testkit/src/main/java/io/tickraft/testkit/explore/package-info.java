/**
 * Explores every ordering of the events of a small group, within bounds, on the real nodes. The
 * fuzzer tries some long runs; an exploration tries all short ones.
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
 * <p>{@link io.tickraft.testkit.explore.Exploration} sets the bounds, {@link
 * io.tickraft.testkit.explore.EventKind} lists the kinds of events, and {@link
 * io.tickraft.testkit.explore.Prelude} brings the group into the first state. A {@link
 * io.tickraft.testkit.explore.Counterexample} is a run with as few events as possible that breaks a
 * promise: its {@link io.tickraft.testkit.explore.Ordering} replays it, and it comes with a
 * transcript, a picture and the source of a JUnit test. {@link
 * io.tickraft.testkit.explore.NamedExploration} has the explorations of the core itself.
 *
 * <p>The {@linkplain io.tickraft.testkit.explore.Exploration#machines state machine} or the
 * {@linkplain io.tickraft.testkit.explore.Exploration#stores storage} may be your own.
 *
 * <p>The number of states grows fast with each bound. Begin with one event of each kind and with
 * few messages in flight; turn off {@link io.tickraft.core.RaftConfig#preVote() pre-votes} and
 * {@link io.tickraft.core.RaftConfig#checkQuorum() quorum checks} if they are not what is tested.
 * An exploration that is not exhausted has proved nothing about the states that it left out.
 */
@NullMarked
package io.tickraft.testkit.explore;

import org.jspecify.annotations.NullMarked;
