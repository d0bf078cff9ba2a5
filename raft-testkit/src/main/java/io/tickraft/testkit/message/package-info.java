/**
 * Messages and the values in them, short enough for a row of a table. The factories, for static
 * import, are {@link io.tickraft.testkit.message.Messages} and {@link
 * io.tickraft.testkit.message.Values}.
 */
@NullMarked
package io.tickraft.testkit.message;

import org.jspecify.annotations.NullMarked;
