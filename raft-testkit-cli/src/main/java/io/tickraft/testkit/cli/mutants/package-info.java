/**
 * Bugs that are planted in the core, to see whether the fuzzer finds them.
 *
 * <p>{@link io.tickraft.testkit.cli.mutants.MutantFile} reads a mutant, {@link
 * io.tickraft.testkit.cli.mutants.MutantCompiler} compiles the core with it, and {@link
 * io.tickraft.testkit.cli.mutants.MutantLoader} loads that core beside the healthy one. Package
 * {@code inside} is what runs there.
 */
@NullMarked
package io.tickraft.testkit.cli.mutants;

import org.jspecify.annotations.NullMarked;
