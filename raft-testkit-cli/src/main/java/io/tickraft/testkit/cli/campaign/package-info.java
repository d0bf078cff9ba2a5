/** Many runs in several threads, and their sum. */
@NullMarked
package io.tickraft.testkit.cli.campaign;

import org.jspecify.annotations.NullMarked;
