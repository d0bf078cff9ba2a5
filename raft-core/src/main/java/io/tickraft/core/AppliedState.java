package io.tickraft.core;

import io.tickraft.proto.ConfState;
import java.util.Objects;

/**
 * The applied index of a state machine that kept its state over a restart, with its term and
 * configuration. The host stored these in one write with the data of the last entry that it
 * applied.
 *
 * <p>The configuration is the one after the entry at {@code index}: the latest {@link
 * Ready#confState()} at or before that entry, or that of the snapshot from which the state machine
 * started.
 *
 * @param index the last applied index, from 1
 * @param term the term of the entry at {@code index}, from 1
 * @param confState the configuration after the entry at {@code index}
 */
public record AppliedState(long index, long term, ConfState confState) {

  /**
   * Creates an applied state.
   *
   * @param index the last applied index, from 1
   * @param term the term of the entry at {@code index}, from 1
   * @param confState the configuration after the entry at {@code index}
   * @throws IllegalArgumentException if the index or the term is below 1
   */
  public AppliedState {
    Objects.requireNonNull(confState, "confState");
    if (index < 1 || term < 1) {
      throw new IllegalArgumentException(
          "an applied state has a positive index and term: index " + index + ", term " + term);
    }
  }
}
