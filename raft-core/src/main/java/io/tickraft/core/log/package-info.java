/** The replicated log: its stable part, read from {@code Storage}, and its unstable part. */
@NullMarked
package io.tickraft.core.log;

import org.jspecify.annotations.NullMarked;
