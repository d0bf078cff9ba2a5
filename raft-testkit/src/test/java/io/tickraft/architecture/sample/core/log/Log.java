package io.tickraft.architecture.sample.core.log;

import io.tickraft.architecture.sample.core.EntryId;

/** A room that uses the API, as it may. */
public record Log(EntryId last) {}
