package io.tickraft.architecture.sample.testkit.oracle;

import io.tickraft.architecture.sample.testkit.explore.Explorer;

/** Breaks: oracles share no code with the core. */
record OracleUsingExplorer(Explorer explorer) {}
