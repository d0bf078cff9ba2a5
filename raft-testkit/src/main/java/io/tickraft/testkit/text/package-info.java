/** What happens in a run, in words and as source. Not exported: for the packages of the testkit. */
@NullMarked
package io.tickraft.testkit.text;

import org.jspecify.annotations.NullMarked;
