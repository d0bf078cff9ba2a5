/**
 * Scenario files: tests of a Raft group, written as text, with commands and their transcripts.
 * {@link io.tickraft.testkit.scenario.ScenarioTests} runs a folder of them; {@code
 * raft-testkit/SCENARIOS.md} describes the language.
 */
@NullMarked
package io.tickraft.testkit.scenario;

import org.jspecify.annotations.NullMarked;
