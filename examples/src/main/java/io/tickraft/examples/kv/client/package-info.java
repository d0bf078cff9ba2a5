/** The Redis protocol: connections of clients, their commands and the answers. */
@NullMarked
package io.tickraft.examples.kv.client;

import org.jspecify.annotations.NullMarked;
