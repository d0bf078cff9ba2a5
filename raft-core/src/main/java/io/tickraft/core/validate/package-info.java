/** The check that a message passes before it may change any state. */
@NullMarked
package io.tickraft.core.validate;

import org.jspecify.annotations.NullMarked;
