package io.tickraft.architecture.sample.core.progress;

import io.tickraft.architecture.sample.core.raft.Raft;

/** Breaks: progress knows the log. */
record ProgressUsingRaft(Raft raft) {}
