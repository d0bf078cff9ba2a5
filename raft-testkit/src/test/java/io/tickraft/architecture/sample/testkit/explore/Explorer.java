package io.tickraft.architecture.sample.testkit.explore;

/** Exploration. */
public record Explorer(int depth) {}
