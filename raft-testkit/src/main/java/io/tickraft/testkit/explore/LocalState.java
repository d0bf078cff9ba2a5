package io.tickraft.testkit.explore;

import io.tickraft.testkit.sim.SimHost;

/**
 * A state of one node: the node itself with its host and its disk, ready to be copied.
 *
 * @param number its number among all local states
 * @param node the position of the node
 * @param host the node, its host and its disk; never changed
 * @param starts how often the node was started before, from 0
 * @param facts what the promises ask of it
 * @param received the log of the sender of the last snapshot that the node has received, as its
 *     host may have that snapshot still to write
 * @param hashes a hash of the state for each naming of the nodes
 */
record LocalState(
    int number, int node, SimHost host, int starts, Facts facts, Log received, long[] hashes) {}
