/**
 * The API of Tickraft: a {@code RawNode} that the host drives, the {@code Storage} that the host
 * provides, and the values that pass between them.
 */
@NullMarked
package io.tickraft.core;

import org.jspecify.annotations.NullMarked;
