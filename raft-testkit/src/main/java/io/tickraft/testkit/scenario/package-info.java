/**
 * Scenario files: tests of a Raft group as text, with commands and their expected transcripts. They
 * are meant to be read, in reviews for example.
 *
 * <pre>{@code
 * cluster 3
 * quietly campaign 1; stabilize
 * transfer 1 2
 *   1: starts a transfer to 2
 *   sends: 1→2 TimeoutNow t2 last (2,2)
 * }</pre>
 *
 * <p>{@link io.tickraft.testkit.scenario.ScenarioTests} makes a JUnit test of each file in a
 * folder:
 *
 * <pre>{@code
 * class StoriesTest extends ScenarioTests {
 *   StoriesTest() {
 *     super(Path.of("src/test/resources/scenarios"));
 *   }
 * }
 * }</pre>
 *
 * <p>{@link io.tickraft.testkit.scenario.Scenario} runs a single file. {@link
 * io.tickraft.testkit.scenario.ScenarioRecorder} writes a scenario from a run of the simulator.
 * {@code raft-testkit/SCENARIOS.md} describes the language. A transcript is rewritten only with
 * {@code -Dtickraft.rewrite=true}.
 */
@NullMarked
package io.tickraft.testkit.scenario;

import org.jspecify.annotations.NullMarked;
