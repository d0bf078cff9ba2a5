package io.tickraft.architecture.sample.core.quorum;

import io.tickraft.architecture.sample.core.log.Log;

/** Breaks: quorums know nothing. */
record QuorumUsingLog(Log log) {}
