package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.testkit.history.History;
import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.KeyValueHistory;
import io.tickraft.testkit.history.LinearizabilityChecker;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.StateMachine;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a run: whoever proposes a command or asks for a read is one. They record what they
 * ask for and are told. What a key-value store tells is checked at once, and what other state
 * machines tell is checked at the end of the run.
 */
final class Clients<M extends StateMachine, I, O>
    implements Oracle, ProposalOutcomes.Proposer<Call<I, O>> {

  private static final long MICROS_PER_MILLI = 1_000;
  private static final long MAX_STEPS = 100_000;

  /** How many queries each member is asked when all have applied the same. */
  private static final int LAST_QUERIES = 3;

  private final Workload<M, I, O> workload;
  private final Choices choices;
  private final Queries answers;
  private final boolean hasMachines;
  private final HistoryRecorder<I, O> recorder = new HistoryRecorder<>(this::time);
  private final @Nullable KeyValueHistory checks;
  private final Map<Long, ClientMachine<M, I, O>> machines = new TreeMap<>();

  /** The nodes that take themselves for the leader; only for a planted bug. */
  private final Set<Long> leaders = new TreeSet<>();

  private LongSupplier clock = () -> 0;

  /** The time of the last event, in virtual microseconds: no two events have the same. */
  private long now;

  private long queries;

  /**
   * Creates clients that have done nothing yet.
   *
   * @param hasMachines whether the state machines are those of {@link #machine}; false if hosts of
   *     the user's own them: then clients hear of no result, and ask no queries
   */
  Clients(Workload<M, I, O> workload, Choices choices, Queries answers, boolean hasMachines) {
    this.hasMachines = hasMachines;
    this.workload = workload;
    this.choices = choices;
    this.answers = answers;
    this.checks = workload instanceof KeyValueWorkload ? new KeyValueHistory() : null;
  }

  private long time() {
    now = Math.max(now + 1, clock.getAsLong() * MICROS_PER_MILLI);
    return now;
  }

  /** Creates the state machine for a start of a node. */
  StateMachine machine(long node) {
    ClientMachine<M, I, O> machine = new ClientMachine<>(workload, answers);
    machines.put(node, machine);
    return machine;
  }

  private ClientMachine<M, I, O> machineOf(long node) {
    ClientMachine<M, I, O> machine = machines.get(node);
    if (machine == null) {
      throw new IllegalStateException("node " + node + " has no state machine");
    }
    return machine;
  }

  private Call<I, O> begin(long node, I input) {
    return new Call<>(input, recorder.begin(node, input), checks);
  }

  // Commands.

  @Override
  public Call<I, O> proposes(long node, ByteString command) {
    return begin(node, workload.input(command));
  }

  @Override
  public void isApplied(long node, Call<I, O> command) {
    if (hasMachines) {
      machineOf(node).applies(command);
    } else {
      command.unknown();
    }
  }

  @Override
  public void hasNoEffect(Call<I, O> command) {
    command.failed();
  }

  @Override
  public void isUnknown(Call<I, O> command) {
    command.unknown();
  }

  // Queries.

  private I query() {
    long number = ++queries;
    return workload.query(number, choices.at("query %", number));
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    if (!hasMachines || !(result instanceof ReadResult.Accepted)) {
      return;
    }
    Call<I, O> query = begin(node, query());
    if (answers == Queries.LEADER_WITHOUT_LEASE && leaders.contains(node)) {
      machineOf(node).answer(query);
    } else {
      machineOf(node).asked(context, query);
    }
  }

  @Override
  public void stepped(NodeView view) {
    if (answers == Queries.LEADER_WITHOUT_LEASE) {
      leaders.remove(view.node());
      if (view.role() == RoleName.LEADER) {
        leaders.add(view.node());
      }
    }
  }

  /** Asks members that have applied the same: this is the end of all that was acknowledged. */
  void askAll(Collection<SimNode> members) {
    if (!hasMachines) {
      return;
    }
    for (SimNode member : members) {
      for (int i = 0; i < LAST_QUERIES; i++) {
        machineOf(member.id()).answer(begin(member.id(), query()));
      }
    }
  }

  @Override
  public void begun(LongSupplier millis) {
    clock = millis;
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    if (hasMachines) {
      machineOf(node).crashed();
    }
  }

  // The history.

  History<I, O> history() {
    return recorder.history();
  }

  /**
   * Checks the whole history, unless it was checked at once.
   *
   * @return false if the search for an explanation took too long
   */
  boolean check() {
    return checks != null
        || workload instanceof PlainWorkload
        || new LinearizabilityChecker<>(workload.model()).maxSteps(MAX_STEPS).verify(history());
  }
}
