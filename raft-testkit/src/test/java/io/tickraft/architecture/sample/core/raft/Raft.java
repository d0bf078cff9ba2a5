package io.tickraft.architecture.sample.core.raft;

/** What the rooms must not know. */
public record Raft(long term) {}
