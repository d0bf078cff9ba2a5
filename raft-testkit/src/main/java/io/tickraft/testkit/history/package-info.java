/**
 * Histories of the operations of clients, and checks that they are linearizable: each operation
 * takes effect at one moment between its begin and its end (Herlihy and Wing, Linearizability: A
 * Correctness Condition for Concurrent Objects, 1990).
 *
 * <p>A {@link io.tickraft.testkit.history.HistoryRecorder} records the operations of clients, a
 * {@link io.tickraft.testkit.history.Model} defines the correct answers, and a {@link
 * io.tickraft.testkit.history.LinearizabilityChecker} searches for an order of the operations in
 * which all answers are correct:
 *
 * <pre>{@code
 * Model<Long, String, Long> counter =
 *     Model.of(
 *         0L,
 *         (value, input) -> {
 *           long next = input.equals("get") ? value : value + 1;
 *           return new Model.Step<>(next, next);
 *         });
 * new LinearizabilityChecker<>(counter).verify(recorder.history());
 * }</pre>
 *
 * <p>An operation that timed out is {@link
 * io.tickraft.testkit.history.HistoryRecorder.Pending#unknown}: it may take effect at any later
 * time. {@link io.tickraft.testkit.history.HistoryRecorder.Pending#failed} is only for a request
 * that surely has no effect.
 *
 * <p>The search takes exponential time in the number of concurrent operations. {@link
 * io.tickraft.testkit.history.Model#part} divides a history by the part of the state that an
 * operation concerns, such as a key. {@link io.tickraft.testkit.history.KeyValueHistory} takes
 * linear time for puts of distinct values and gets. {@link
 * io.tickraft.testkit.history.HistoryFormat} writes a history as text and reads it.
 */
@NullMarked
package io.tickraft.testkit.history;

import org.jspecify.annotations.NullMarked;
