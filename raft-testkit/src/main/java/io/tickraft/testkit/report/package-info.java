/** How a run is written down for a person. Not exported. */
@NullMarked
package io.tickraft.testkit.report;

import org.jspecify.annotations.NullMarked;
