/**
 * Messages and what they carry, written as short as a row of a table: factories for static import
 * in {@link io.tickraft.testkit.message.Messages} and {@link io.tickraft.testkit.message.Values}.
 */
@NullMarked
package io.tickraft.testkit.message;

import org.jspecify.annotations.NullMarked;
