package io.tickraft.architecture.sample.core.log;

import io.tickraft.architecture.sample.core.raft.Raft;

/** Breaks: the log knows the API. */
record LogUsingRaft(Raft raft) {}
