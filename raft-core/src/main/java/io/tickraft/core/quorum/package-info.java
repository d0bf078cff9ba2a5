/** Majorities, joint majorities and the counting of votes. */
@NullMarked
package io.tickraft.core.quorum;

import org.jspecify.annotations.NullMarked;
