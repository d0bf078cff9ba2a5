/** Configurations of a group and the rules for changing them. */
@NullMarked
package io.tickraft.core.membership;

import org.jspecify.annotations.NullMarked;
