/**
 * Scenario files: stories of a group of nodes as text, commands and what came of them, which are
 * read in reviews and held by tests. {@link io.tickraft.testkit.scenario.ScenarioTests} runs a
 * folder of them; the language is described in {@code raft-testkit/SCENARIOS.md}.
 */
@NullMarked
package io.tickraft.testkit.scenario;

import org.jspecify.annotations.NullMarked;
