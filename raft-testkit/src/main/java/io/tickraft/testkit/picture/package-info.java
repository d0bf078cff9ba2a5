/**
 * The picture of a run: one HTML file that shows what each node did, what it sent, and what its log
 * and its disk held at every step. {@link io.tickraft.testkit.picture.PictureRecorder} records the
 * run, {@link io.tickraft.testkit.picture.Picture} is the page.
 */
@NullMarked
package io.tickraft.testkit.picture;

import org.jspecify.annotations.NullMarked;
