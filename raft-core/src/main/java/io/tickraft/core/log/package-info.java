/** The replicated log: its stable part, read from {@code Storage}, and its unstable tail. */
@NullMarked
package io.tickraft.core.log;

import org.jspecify.annotations.NullMarked;
