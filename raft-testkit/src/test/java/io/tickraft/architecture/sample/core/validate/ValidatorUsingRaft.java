package io.tickraft.architecture.sample.core.validate;

import io.tickraft.architecture.sample.core.raft.Raft;

/** Breaks: the validator knows configurations. */
record ValidatorUsingRaft(Raft raft) {}
