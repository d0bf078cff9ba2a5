/** What a leader knows of each member's log, and what is in flight to the member. */
@NullMarked
package io.tickraft.core.progress;

import org.jspecify.annotations.NullMarked;
