package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.history.History;
import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.KeyValueHistory;
import io.tickraft.testkit.history.LinearizabilityChecker;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostClients;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.StateMachine;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a run: whoever proposes a command or asks for a read is one. They record what they
 * ask for and are told. What a key-value store tells is checked at once, and what other state
 * machines tell is checked at the end of the run.
 */
final class Clients<I, O> implements Oracle, ProposalOutcomes.Proposer<Call<I, O>>, HostClients {

  private static final long MICROS_PER_MILLI = 1_000;
  private static final long MAX_STEPS = 100_000;

  /** How many queries each member is asked when all have applied the same. */
  private static final int LAST_QUERIES = 3;

  private final ClientRequests<I, O> requests;
  private final Choices choices;
  private final Queries answers;
  private final boolean areServed;
  private final HistoryRecorder<I, O> recorder = new HistoryRecorder<>(this::time);
  private final @Nullable KeyValueHistory checks;
  private final Map<Long, Server<I, O>> servers = new TreeMap<>();

  /** The nodes that take themselves for the leader; only for a planted bug. */
  private final Set<Long> leaders = new TreeSet<>();

  private LongSupplier clock = () -> 0;

  /** The time of the last event, in virtual microseconds: no two events have the same. */
  private long now;

  private long queries;

  /**
   * Creates clients that have done nothing yet.
   *
   * @param areServed whether whoever owns the state machines knows the requests. Hosts of the
   *     user's need not: then clients hear of no result, and ask no queries
   */
  Clients(ClientRequests<I, O> requests, Choices choices, Queries answers, boolean areServed) {
    this.areServed = areServed;
    this.requests = requests;
    this.choices = choices;
    this.answers = answers;
    this.checks = requests instanceof KeyValueWorkload ? new KeyValueHistory() : null;
  }

  private long time() {
    now = Math.max(now + 1, clock.getAsLong() * MICROS_PER_MILLI);
    return now;
  }

  /** Creates the state machine for a start of a node with the testkit's own host. */
  StateMachine machine(long node) {
    if (requests instanceof Workload<?, I, O> workload) {
      return machine(node, workload);
    }
    throw new IllegalStateException("only hosts of the user's can serve these clients");
  }

  private <M extends StateMachine> StateMachine machine(long node, Workload<M, I, O> workload) {
    ClientMachine<M, I, O> machine =
        new ClientMachine<>(workload, answers, () -> leaders.contains(node));
    for (Server<I, O> other : servers.values()) {
      if (other instanceof ClientMachine<?, ?, ?> used && machine.sharesItsMachineWith(used)) {
        throw new IllegalStateException(
            "the factory of state machines has returned the same object twice: each start of a"
                + " node needs a new one");
      }
    }
    servers.put(node, machine);
    return machine;
  }

  private Server<I, O> server(long node) {
    return servers.computeIfAbsent(node, id -> new HostServer<>());
  }

  private Optional<HostServer<I, O>> host(long node) {
    return server(node) instanceof HostServer<I, O> host ? Optional.of(host) : Optional.empty();
  }

  private Call<I, O> begin(long node, I input) {
    return new Call<>(input, recorder.begin(node, input), checks);
  }

  // Commands.

  @Override
  public Call<I, O> proposes(long node, ByteString command) {
    return begin(node, requests.input(command));
  }

  @Override
  public void isApplied(long node, Entry entry, Call<I, O> command) {
    if (areServed) {
      server(node).applies(entry, command);
    } else {
      command.unknown();
    }
  }

  @Override
  public void replied(long node, Entry entry, Object reply) {
    host(node).ifPresent(host -> host.replied(entry, reply));
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
    return requests.query(number, choices.at("query %", number));
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    if (areServed && result instanceof ReadResult.Accepted) {
      server(node).asked(context, begin(node, query()));
    }
  }

  @Override
  public void answers(long node, ByteString readContext, UnaryOperator<Object> host) {
    host(node).ifPresent(its -> its.answers(readContext, host));
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
    if (!areServed) {
      return;
    }
    for (SimNode member : members) {
      for (int i = 0; i < LAST_QUERIES; i++) {
        server(member.id()).answer(member, begin(member.id(), query()));
      }
    }
  }

  @Override
  public void begun(LongSupplier millis) {
    clock = millis;
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    server(node).crashed();
  }

  /** A host of the user's need not tell anybody that it has crashed. */
  @Override
  public void opened(long node, Storage storage) {
    host(node).ifPresent(HostServer::crashed);
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
        || requests instanceof PlainWorkload
        || new LinearizabilityChecker<>(requests.model()).maxSteps(MAX_STEPS).verify(history());
  }
}
