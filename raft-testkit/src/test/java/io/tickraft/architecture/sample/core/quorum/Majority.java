package io.tickraft.architecture.sample.core.quorum;

/** A room that uses nothing. */
public record Majority(int voters) {}
