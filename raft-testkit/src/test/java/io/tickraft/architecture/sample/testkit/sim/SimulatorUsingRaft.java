package io.tickraft.architecture.sample.testkit.sim;

import io.tickraft.architecture.sample.core.raft.Raft;

/** Breaks: the testkit uses the API. */
record SimulatorUsingRaft(Raft raft) {}
