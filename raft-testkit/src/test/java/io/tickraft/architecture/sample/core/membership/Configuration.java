package io.tickraft.architecture.sample.core.membership;

import io.tickraft.architecture.sample.core.quorum.Majority;

/** A room that uses quorums, as it may. */
record Configuration(Majority voters) {}
