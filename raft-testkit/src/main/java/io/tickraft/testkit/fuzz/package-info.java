/**
 * Random runs of a simulated group in all kinds of trouble. Each run checks every promise at every
 * step, and a run that fails is shrunk until a person can read it.
 *
 * <p>{@link io.tickraft.testkit.fuzz.Fuzz} says what runs, {@link
 * io.tickraft.testkit.fuzz.FuzzTests} makes JUnit tests of it, one for each seed:
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
 * client requests and troubles. In the end a random quorum is repaired, and must elect a leader,
 * commit, and bring all its members to the same state.
 *
 * <h2>What clients see</h2>
 *
 * <p>A {@link io.tickraft.testkit.fuzz.Workload} adds what clients ask for, and a {@code Model} of
 * what they may be told. Each run then checks that the answers are linearizable. A whole host of
 * your own answers its clients itself: {@link io.tickraft.testkit.fuzz.ClientRequests}.
 *
 * <h2>A run that fails</h2>
 *
 * <p>{@link io.tickraft.testkit.fuzz.Shrinker} removes choices of the run as long as it fails in
 * the same way. {@link io.tickraft.testkit.fuzz.FailureReport} shows what is left: one sentence,
 * the choices, a transcript, the source of a JUnit test, a scenario file and a picture. {@code
 * FuzzTests} does both. Without JUnit:
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
 * <p>{@link io.tickraft.testkit.fuzz.Goals} counts the situations that runs have reached: what was
 * never reached was never tested.
 */
@NullMarked
package io.tickraft.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
