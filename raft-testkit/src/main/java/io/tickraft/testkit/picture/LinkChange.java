package io.tickraft.testkit.picture;

import java.util.List;

/**
 * The links that are cut from a step on.
 *
 * @param step the number of the first step with these links
 * @param at virtual milliseconds since the start; below 0 if there is no clock
 * @param cut sender, receiver, sender, receiver
 */
record LinkChange(int step, long at, List<Long> cut) {}
