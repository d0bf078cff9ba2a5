/**
 * Oracles for whole groups: each checks one promise of the protocol in every step, and shares no
 * code with the core.
 */
@NullMarked
package io.tickraft.testkit.oracle;

import org.jspecify.annotations.NullMarked;
