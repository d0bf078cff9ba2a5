/** The checks that a message must pass before it may change any state. */
@NullMarked
package io.tickraft.core.validate;

import org.jspecify.annotations.NullMarked;
