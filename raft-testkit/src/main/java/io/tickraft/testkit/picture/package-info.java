/**
 * The picture of a run: one HTML file that needs no network and shows what each node did and sent,
 * and what its log and its disk held at every step.
 *
 * <p>Runs of the fuzzer, the explorer and scenario files that fail write a picture by themselves.
 * For any other run, a {@link io.tickraft.testkit.picture.PictureRecorder} records what happens,
 * and a {@link io.tickraft.testkit.picture.Picture} is the page:
 *
 * <pre>{@code
 * Choices choices = Choices.random(7);
 * PictureRecorder recorder = new PictureRecorder(choices);
 * Picture picture = new Picture("seed 7", recorder);
 * try {
 *   fuzz.run(choices, recorder);
 * } catch (AssertionError failure) {
 *   picture = picture.failure(failure);
 * }
 * Files.writeString(page, picture.html());
 * }</pre>
 *
 * <p>A recorder is an oracle that never throws. It keeps the last 20,000 steps. A recorder must
 * come before the oracles that may throw: the picture then contains the event at which they throw.
 *
 * <p>Real hosts have no recorder. They pass their events to an {@link
 * io.tickraft.testkit.picture.EventLog}, which writes a line for each, and {@link
 * io.tickraft.testkit.picture.EventLog#picture} draws the files of several nodes as one picture:
 *
 * <pre>{@code
 * RaftConfig.Builder config = RaftConfig.builder(1).observer(new EventLog(1, clock, file));
 * }</pre>
 */
@NullMarked
package io.tickraft.testkit.picture;

import org.jspecify.annotations.NullMarked;
