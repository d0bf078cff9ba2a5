/** What a leader knows of each follower's log, and what is in flight to it. */
@NullMarked
package io.tickraft.core.progress;

import org.jspecify.annotations.NullMarked;
