/**
 * The rules between a node and its host, checked on your own storage and your own host.
 *
 * <p>{@link io.tickraft.testkit.contract.StorageContract} is a JUnit class to extend. It tests a
 * {@link io.tickraft.core.Storage} together with the code that writes to it. A {@link
 * io.tickraft.testkit.contract.TestedStore} supplies both:
 *
 * <pre>{@code
 * final class MyStorageTest extends StorageContract {
 *   @Override
 *   protected TestedStore create(long... voters) {
 *     return new MyStore(voters);
 *   }
 * }
 * }</pre>
 *
 * <p>{@link io.tickraft.testkit.contract.HostWatch} opens nodes as {@link
 * io.tickraft.testkit.contract.WatchedNode}s. A watched node has the methods of a {@code RawNode},
 * and checks its host in any test: each call, each answer of the storage, and each restart. The
 * host also reports what it does between the calls:
 *
 * <pre>{@code
 * ready.messages().forEach(node::sending);
 * storage.persist(ready);
 * node.written(ready, ready.mustSync());
 * ready.messagesAfterPersist().forEach(node::sending);
 * ready.committedEntries().forEach(node::applying);
 * node.advance(ready);
 * }</pre>
 *
 * <p>A broken rule throws a {@link io.tickraft.testkit.contract.ContractViolation}, which names the
 * {@link io.tickraft.testkit.contract.StorageRule} or {@link
 * io.tickraft.testkit.contract.HostRule}, where the rule is written, the host's call and its place,
 * what was expected and what happened. {@link io.tickraft.testkit.contract.HostWatch#oracle} adds
 * checks of the protocol's promises.
 */
@NullMarked
package io.tickraft.testkit.contract;

import org.jspecify.annotations.NullMarked;
