package io.tickraft.core;

import io.tickraft.proto.ConfState;
import java.util.Objects;

/**
 * How far a state machine that survived a restart has come: what the host stored in one write with
 * the data of the last entry it applied.
 *
 * <p>The three belong together. The configuration is the one that holds after the entry at {@code
 * index}: that of the latest {@link Ready#confState()} at or before it, or of the snapshot from
 * which the state machine started.
 *
 * @param index the last applied index, from 1
 * @param term the term of the entry at {@code index}, from 1
 * @param confState the configuration after the entry at {@code index}
 */
public record AppliedState(long index, long term, ConfState confState) {

  /**
   * Describes an applied state.
   *
   * @param index the last applied index
   * @param term the term of the entry at {@code index}
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
