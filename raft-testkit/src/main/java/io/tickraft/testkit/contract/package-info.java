/**
 * The rules between a node and its host, checked on your own storage and your own host.
 *
 * <p>{@link io.tickraft.testkit.contract.StorageContract} is a JUnit class to extend: it tests a
 * {@link io.tickraft.core.Storage} and what writes to it. {@link
 * io.tickraft.testkit.contract.HostWatch} opens nodes as {@link
 * io.tickraft.testkit.contract.WatchedNode}s, which check their host in any test: each call, each
 * answer of its storage, and each restart. All oracles can be attached. A broken rule is a {@link
 * io.tickraft.testkit.contract.ContractViolation}, which names the rule, where it is written, what
 * was expected and what happened.
 */
@NullMarked
package io.tickraft.testkit.contract;

import org.jspecify.annotations.NullMarked;
