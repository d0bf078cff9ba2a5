package io.tickraft.testkit.contract;

import io.tickraft.core.AppliedState;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Storage;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the hosts of one group in a test: opens nodes as {@link WatchedNode}s, and remembers each
 * of them over its restarts.
 *
 * <pre>{@code
 * HostWatch watch = new HostWatch(); // One for the whole test.
 *
 * WatchedNode node = watch.open(config, storage); // In place of RawNode.open(config, storage).
 * node.campaign();
 * while (node.hasReady()) {
 *   Ready ready = node.ready();
 *   ready.messages().forEach(node::sending);
 *   storage.persist(ready);
 *   node.written(ready, ready.mustSync());
 *   ready.messagesAfterPersist().forEach(node::sending);
 *   ready.committedEntries().forEach(node::applying);
 *   node.advance(ready);
 * }
 *
 * watch.check(); // At the end of the test.
 * }</pre>
 *
 * <p>A call that breaks a {@link HostRule} throws a {@link ContractViolation}, and does not reach
 * the node. An answer of the storage that breaks a {@link StorageRule} throws one, too. A host may
 * catch these exceptions, so {@link #check} fails if there was one.
 *
 * <p>The watch keeps in memory what the storages hold, and reads a whole log at each start.
 */
public final class HostWatch {

  private static final Consumer<Runnable> ONE_THREAD = Runnable::run;

  private final Map<Long, NodeMemory> nodes = new TreeMap<>();
  private final SingleOwner owner = new SingleOwner();
  private Consumer<Runnable> guard = ONE_THREAD;
  private Optional<Oracle> oracle = Optional.empty();
  private boolean requiresReports;
  private @Nullable Long group;
  private @Nullable AssertionError firstError;

  /** Watches nodes that all run in one thread. */
  public HostWatch() {}

  /**
   * Allows nodes in several threads. Reports of a node, such as {@link WatchedNode#written}, may
   * then come from any thread.
   *
   * @param mutualExclusion runs an action in the calling thread while no other action runs, and
   *     throws what the action throws: {@code action -> { synchronized (lock) { action.run(); } }}
   * @return this
   */
  public HostWatch guard(Consumer<Runnable> mutualExclusion) {
    this.guard = Objects.requireNonNull(mutualExclusion, "mutualExclusion");
    return this;
  }

  /**
   * Makes all reports mandatory: a host that never calls {@link WatchedNode#written} or {@link
   * WatchedNode#applying} breaks a rule. Otherwise a kind of report is mandatory from the first one
   * on.
   *
   * @return this
   */
  public HostWatch requireReports() {
    this.requiresReports = true;
    return this;
  }

  /**
   * Passes all events of all nodes to an oracle, such as {@link Oracles#all()}, which checks the
   * whole group with the hosts' own storages, networks and state machines. All reports are
   * mandatory then, and the oracle must see all nodes of the group from their first start on. It
   * gets no events of crashes, of compactions, and of what a state machine stores: a watch does not
   * see these.
   *
   * <p>{@link WatchedNode#advance} then makes two calls to the node: {@code persisted}, and then
   * {@code applied}.
   *
   * @param theOracle a new oracle
   * @return this
   */
  public HostWatch oracle(Oracle theOracle) {
    this.oracle = Optional.of(theOracle);
    return requireReports();
  }

  /**
   * Opens a node as {@link RawNode#open(RaftConfig, Storage)} does. If a node of this id was opened
   * before, this is a restart: the storage must hold all that was acknowledged.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @return a node
   * @throws ContractViolation if the start breaks a rule
   * @throws IllegalArgumentException as {@link RawNode#open(RaftConfig, Storage)} says
   */
  public WatchedNode open(RaftConfig config, Storage storage) {
    return open(config, storage, Optional.empty());
  }

  /**
   * Opens a node as {@link RawNode#open(RaftConfig, Storage, AppliedState)} does.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @param applied what the state machine has applied
   * @return a node
   * @throws ContractViolation if the start breaks a rule
   * @throws IllegalArgumentException as {@link RawNode#open(RaftConfig, Storage, AppliedState)}
   *     says
   */
  public WatchedNode open(RaftConfig config, Storage storage, AppliedState applied) {
    return open(config, storage, Optional.of(applied));
  }

  private WatchedNode open(RaftConfig config, Storage storage, Optional<AppliedState> applied) {
    WatchedNode[] opened = new WatchedNode[1];
    guarded(
        () -> {
          checkGroup(config.group());
          NodeMemory memory = nodes.computeIfAbsent(config.id(), NodeMemory::new);
          checkOwnStorage(memory, storage);
          new Start(memory, config, storage, applied).check();
          memory.incarnations.add(config.incarnation());
          memory.storage = storage;
          opened[0] = WatchedNode.open(this, memory, requiresReports, config, storage, applied);
          memory.running = opened[0];
        });
    return opened[0];
  }

  private void checkGroup(long its) {
    if (group == null) {
      group = its;
    } else if (group != its) {
      throw new ContractViolation(
          "the host", HostRule.SAME_GROUP, "group " + group, "a node of group " + its + " starts");
    }
  }

  private void checkOwnStorage(NodeMemory memory, Storage storage) {
    for (NodeMemory other : nodes.values()) {
      if (other != memory && other.storage == storage) {
        throw memory.violation(
            HostRule.STORAGE_OF_ONE_NODE,
            "a storage that no other node has",
            "node " + memory.id + " starts on the storage of node " + other.id);
      }
    }
  }

  /**
   * Fails if a host has broken a rule. Call this when the hosts have stopped.
   *
   * @throws AssertionError with the first error of the test as its cause: a {@link
   *     ContractViolation}, or what an oracle has thrown
   */
  public void check() {
    guard.accept(
        () -> {
          if (firstError != null) {
            throw new AssertionError(firstError.getMessage(), firstError);
          }
        });
  }

  /** Runs an action that uses the state of a watch or a node, and remembers its error. */
  void guarded(Runnable action) {
    guard.accept(
        () -> {
          try {
            action.run();
          } catch (AssertionError e) {
            if (firstError == null) {
              firstError = e;
            }
            throw e;
          }
        });
  }

  /** {@return whether there is an oracle} */
  boolean hasOracle() {
    return oracle.isPresent();
  }

  /** Passes an event to the oracle, if there is one. Called within {@link #guarded}. */
  void tell(Consumer<Oracle> event) {
    if (oracle.isPresent()) {
      if (guard == ONE_THREAD) {
        owner
            .enter()
            .ifPresent(
                problem -> {
                  throw new IllegalStateException(
                      "a watch of nodes in several threads needs a guard: " + problem);
                });
      }
      event.accept(oracle.get());
    }
  }
}
