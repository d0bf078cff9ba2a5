/**
 * A replicated counter: a small host of Tickraft, to be copied as the start of one's own. {@link
 * io.tickraft.examples.counter.CounterNode} is the place to begin.
 */
package io.tickraft.examples.counter;
