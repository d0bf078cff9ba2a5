package io.tickraft.architecture.sample.testkit.explore;

import io.tickraft.architecture.sample.core.raft.Raft;

/** Exploration, which may know Raft. */
public record Explorer(Raft raft) {}
