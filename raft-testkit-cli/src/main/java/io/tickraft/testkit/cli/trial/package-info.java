/** What is run: the trial with its settings, and the files that keep a run. */
@NullMarked
package io.tickraft.testkit.cli.trial;

import org.jspecify.annotations.NullMarked;
