package io.tickraft.architecture.sample.core;

/** A value of the API, which every room may use. */
public record EntryId(long term, long index) {}
