/** The command: campaigns of the fuzzer, and what to do with a run that fails. */
@NullMarked
package io.tickraft.testkit.cli;

import org.jspecify.annotations.NullMarked;
