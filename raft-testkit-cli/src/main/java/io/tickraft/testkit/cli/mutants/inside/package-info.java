/** What is loaded anew for each mutant, and runs with its core. */
@NullMarked
package io.tickraft.testkit.cli.mutants.inside;

import org.jspecify.annotations.NullMarked;
