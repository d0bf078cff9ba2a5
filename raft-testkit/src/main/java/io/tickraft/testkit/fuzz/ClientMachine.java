package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.StateMachine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The state machine of a node, and the calls of clients that wait for it. */
final class ClientMachine<M extends StateMachine, I, O> implements StateMachine, Server<I, O> {

  /** A query whose read index is not applied yet. */
  private record Waiting<I, O>(long index, Call<I, O> call) {}

  private final Workload<M, I, O> workload;
  private final M machine;
  private final Queries queries;

  /** Whether the node takes itself for the leader; only for a planted bug. */
  private final BooleanSupplier isLeader;

  private long appliedIndex;

  /** The commands that the next entry contains. */
  private final List<Call<I, O>> applying = new ArrayList<>();

  /** The queries without a read index, by their context. */
  private final Map<ByteString, Call<I, O>> asked = new LinkedHashMap<>();

  private final List<Waiting<I, O>> waiting = new ArrayList<>();

  ClientMachine(Workload<M, I, O> workload, Queries queries, BooleanSupplier isLeader) {
    this.workload = workload;
    this.machine = workload.machine();
    this.queries = queries;
    this.isLeader = isLeader;
  }

  /** Returns whether both have the same object as their state machine. */
  boolean sharesItsMachineWith(ClientMachine<?, ?, ?> other) {
    return machine == other.machine;
  }

  /** A command is in the next entry. */
  @Override
  public void applies(Entry entry, Call<I, O> command) {
    applying.add(command);
  }

  /** A query has to wait for the outcome of a read. */
  @Override
  public void asked(ByteString context, Call<I, O> query) {
    if (queries == Queries.LEADER_WITHOUT_LEASE && isLeader.getAsBoolean()) {
      answer(query);
      return;
    }
    Call<I, O> earlier = asked.put(context, query);
    if (earlier != null) {
      earlier.unknown();
    }
  }

  @Override
  public void answer(SimNode node, Call<I, O> query) {
    answer(query);
  }

  private void answer(Call<I, O> call) {
    call.ok(workload.answer(machine, call.input()));
  }

  @Override
  public void crashed() {
    asked.values().forEach(Call::unknown);
    waiting.forEach(query -> query.call.unknown());
    asked.clear();
    waiting.clear();
    applying.clear();
  }

  @Override
  public void apply(Entry entry) {
    machine.apply(entry);
    appliedIndex = entry.getIndex();
    if (!applying.isEmpty()) {
      applying.forEach(this::answer);
      applying.clear();
    }
    answerQueries();
  }

  private void answerQueries() {
    if (!waiting.isEmpty()) {
      waiting.stream().filter(query -> query.index <= appliedIndex).forEach(q -> answer(q.call));
      waiting.removeIf(query -> query.index <= appliedIndex);
    }
  }

  @Override
  public ByteString save() {
    return machine.save();
  }

  @Override
  public void restore(Snapshot snapshot) {
    machine.restore(snapshot);
    appliedIndex = snapshot.getMetadata().getIndex();
    answerQueries();
  }

  @Override
  public void ended(ReadState read) {
    machine.ended(read);
    Call<I, O> query = asked.remove(read.context());
    if (query == null) {
      return;
    }
    if (!(read instanceof ReadState.Confirmed confirmed)) {
      query.unknown();
    } else if (confirmed.index() <= appliedIndex || queries == Queries.BEFORE_APPLIED) {
      answer(query);
    } else {
      waiting.add(new Waiting<>(confirmed.index(), query));
    }
  }
}
