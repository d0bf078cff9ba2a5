/** What happens in a run, in words and as source, and places in code. Not exported. */
@NullMarked
package io.tickraft.testkit.text;

import org.jspecify.annotations.NullMarked;
