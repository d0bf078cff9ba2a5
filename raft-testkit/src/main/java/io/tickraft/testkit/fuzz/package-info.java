/**
 * Random runs of a simulated group with faults of all kinds. Each run checks every promise at every
 * step. A run that fails is shrunk until it is short enough to read.
 *
 * <p>{@link io.tickraft.testkit.fuzz.Fuzz} describes the runs, and {@link
 * io.tickraft.testkit.fuzz.FuzzTests} makes a JUnit test for each seed:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> promisesHoldInAnyOrder() {
 *   Fuzz fuzz = Fuzz.ofAnyGroup().machines(CommandLog::new).commands(CommandSource.NUMBERED_TEXTS);
 *   return FuzzTests.of(fuzz).seeds(100).tests();
 * }
 * }</pre>
 *
 * <p>A run draws a group of one to five voters, its settings, and some kinds of {@link
 * io.tickraft.testkit.fuzz.Trouble}. It makes {@link io.tickraft.testkit.fuzz.Fuzz#steps} steps of
 * client requests and faults. At the end the faults are repaired, first those of a random quorum
 * and then all: the repaired members must elect a leader, commit, and reach the same state.
 *
 * <h2>What clients see</h2>
 *
 * <p>A {@link io.tickraft.testkit.fuzz.Workload} adds the requests of clients, and a {@code Model}
 * of the correct answers. Each run then checks that the answers are linearizable. For a whole host
 * of your own, which answers its clients itself, use {@link
 * io.tickraft.testkit.fuzz.ClientRequests}.
 *
 * <h2>A run that fails</h2>
 *
 * <p>{@link io.tickraft.testkit.fuzz.Shrinker} removes choices of the run as long as it fails in
 * the same way. {@link io.tickraft.testkit.fuzz.FailureReport} describes the run that is left: in
 * one sentence, its choices, a transcript, the source of a JUnit test, a scenario file and a
 * picture. {@code FuzzTests} does both. Without JUnit:
 *
 * <pre>{@code
 * Choices choices = Choices.random(seed);
 * Optional<Failure> failure = Failure.of(fuzz, choices);
 * if (failure.isPresent()) {
 *   Shrunk shrunk = new Shrinker(fuzz).shrink(choices.record());
 *   int before = choices.record().size();
 *   throw new AssertionError(FailureReport.of("seed " + seed, before, shrunk, fuzz).text());
 * }
 * }</pre>
 *
 * <p>{@link io.tickraft.testkit.fuzz.Goals} counts the situations that runs have reached: a
 * situation that was never reached was never tested.
 */
@NullMarked
package io.tickraft.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
