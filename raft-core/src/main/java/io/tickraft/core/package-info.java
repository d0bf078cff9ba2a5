/**
 * The API of Tickraft: a {@link RawNode} that the host drives, the {@link Storage} that the host
 * provides, and the values that pass between them.
 *
 * <p>A node is one member of a Raft group, as a pure state machine. It starts no thread, reads no
 * clock, opens no file and no connection. The program around it, its host, does all of that. The
 * host passes every input to the node, and carries out each {@link Ready} of the node.
 *
 * <h2>A node and its host</h2>
 *
 * <p>A whole host without a network, for a group of one node:
 *
 * <pre>{@code
 * final class Host {
 *   private final MemoryStorage storage = MemoryStorage.bootstrapped(1);
 *   private final List<String> machine = new ArrayList<>();
 *   private final RawNode node;
 *
 *   Host() {
 *     RaftConfig config = RaftConfig.builder(1).incarnation(1).seed(42).build();
 *     node = RawNode.open(config, storage);
 *     node.campaign(); // Optional: saves the election timeout.
 *     work();
 *   }
 *
 *   void propose(String command) {
 *     node.propose(ByteString.copyFromUtf8(command));
 *     work();
 *   }
 *
 *   private void work() {
 *     while (node.hasReady()) {
 *       Ready ready = node.ready();
 *       send(ready.messages());
 *       storage.persist(ready);
 *       send(ready.messagesAfterPersist());
 *       ready.committedEntries().forEach(this::apply);
 *       node.advance(ready);
 *     }
 *   }
 *
 *   private void apply(Entry entry) {
 *     if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
 *       machine.add(entry.getData().toStringUtf8());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The order inside {@code work()} is the contract: {@link Ready} describes each step. A host
 * that does not wait for its disk acknowledges with {@link RawNode#persisted} and {@link
 * RawNode#applied} in place of {@code advance}.
 *
 * <h2>Inputs and outcomes</h2>
 *
 * <ul>
 *   <li>{@link RawNode#tick()} at a regular interval, such as 100 ms: all time is counted in ticks.
 *       {@link TickSchedule} counts the ticks that are due.
 *   <li>{@link RawNode#step} for each message from another node.
 *   <li>{@link RawNode#propose(com.google.protobuf.ByteString)} for each command. {@link
 *       ProposalFates} reports whether an accepted command was applied or lost.
 *   <li>{@link RawNode#readIndex} for each linearizable read. It ends in {@link
 *       Ready#readStates()}.
 *   <li>{@link RawNode#proposeConfChange} with a change from {@link ConfChanges}.
 *   <li>{@link RawNode#transferLeadership(long)}. It ends in {@link Ready#outcomes()}.
 * </ul>
 *
 * <p>What the protocol decides is a value, such as {@link ProposeResult.Rejected}. Misuse is an
 * {@link IllegalArgumentException} or an {@link IllegalStateException}, and does not change the
 * node. After a {@link NodeFailedException} the node cannot be used any more.
 *
 * <h2>Start, restart and join</h2>
 *
 * <p>Each first voter of a group writes {@link Bootstrap#snapshot(long...)} and {@link
 * Bootstrap#hardState()} to its empty storage before its first start. A node that joins later
 * starts with an empty storage, and a membership change adds it. Each start of a node, the first
 * one included, needs an {@linkplain RaftConfig.Builder#incarnation incarnation} that this node has
 * never used before. A node whose storage was lost must join under a new id.
 *
 * <h2>What may change</h2>
 *
 * <p>A later version may add constants to enums, and subtypes of {@link RaftEvent} and {@link
 * Outcome}: a {@code switch} over them needs a default branch. It may add methods to classes,
 * default methods to interfaces, and fields to messages. The subtypes of {@link ProposeResult},
 * {@link ConfChangeResult}, {@link ReadResult}, {@link TransferResult} and {@link ReadState} are
 * complete. The Javadoc of an element gives the unit of each number, such as ticks, bytes or
 * entries.
 */
@NullMarked
package io.tickraft.core;

import org.jspecify.annotations.NullMarked;
