/**
 * Judges of whole groups: each promise of the protocol as an oracle that watches every step and
 * shares no code with the core.
 */
@NullMarked
package io.tickraft.testkit.oracle;

import org.jspecify.annotations.NullMarked;
