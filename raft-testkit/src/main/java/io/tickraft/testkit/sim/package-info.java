/**
 * A deterministic simulation of a Raft group: nodes, network, disks and clocks in one thread and in
 * virtual milliseconds.
 *
 * <pre>{@code
 * Simulation group =
 *     Simulation.of(3)
 *         .diskMillis(1, 5)
 *         .machines(id -> new CommandLog())
 *         .start(Choices.random(seed));
 * group.network().conditions(Conditions.RELIABLE.withDelay(1, 20).withLoss(5));
 * group.run(3_000);
 * group.crash(1);
 * group.run(3_000);
 * group.restart(1);
 * }</pre>
 *
 * <p>{@link io.tickraft.testkit.sim.Simulation} is the group, {@link
 * io.tickraft.testkit.sim.SimulationOptions} are its settings, {@link
 * io.tickraft.testkit.sim.SimNetwork} carries the messages under {@link
 * io.tickraft.testkit.sim.Conditions}, and each {@link io.tickraft.testkit.sim.SimNode} has a
 * {@link io.tickraft.testkit.sim.SimDisk} that loses unsynced writes in a crash. All oracles check
 * each step.
 *
 * <h2>Choices</h2>
 *
 * <p>Every random decision, such as the delay of a message or which writes a crash leaves on a
 * disk, is drawn from {@link io.tickraft.testkit.sim.Choices}. Each choice has a name. A {@link
 * io.tickraft.testkit.sim.Schedule} is a list of choices that replays a run; all other choices take
 * their most harmless value.
 *
 * <h2>Your own parts</h2>
 *
 * <ul>
 *   <li>a {@link io.tickraft.testkit.sim.StateMachine};
 *   <li>a storage, the code that writes to it, and a state machine: a {@link
 *       io.tickraft.testkit.sim.HostedStore}, driven by a {@link
 *       io.tickraft.testkit.sim.StoreHost};
 *   <li>a whole event loop: a {@link io.tickraft.testkit.sim.Host}, which gets its network and its
 *       time from a {@link io.tickraft.testkit.sim.HostContext}.
 * </ul>
 *
 * <p>Each must be deterministic: no clock, no thread, no order of a hash map. For random runs use
 * {@code io.tickraft.testkit.fuzz}.
 */
@NullMarked
package io.tickraft.testkit.sim;

import org.jspecify.annotations.NullMarked;
