package io.tickraft.architecture.sample.core.progress;

import io.tickraft.architecture.sample.core.log.Log;

/** A room that uses the log, as it may. */
public record Progress(Log log) {}
