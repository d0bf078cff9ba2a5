/** The Redis protocol: connections of clients, their requests and the answers. */
@NullMarked
package io.tickraft.examples.kv.client;

import org.jspecify.annotations.NullMarked;
