package io.tickraft.testkit.explore;

import io.tickraft.core.Digest;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.SimDisk;
import io.tickraft.testkit.sim.SimHost;
import io.tickraft.testkit.sim.StateMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All states of single nodes, and what each event makes of each: computed once, on a copy of the
 * real node, its host and its disk. An exploration takes most of its transitions from here.
 */
final class Locals {

  private static final Oracle NO_ORACLE = new Oracle() {};

  private final Acts acts;
  private final Symmetry symmetry;
  private final Messages messages;
  private final Supplier<StateMachine> machines;
  private final int nodes;

  /** How many ticks a run may have: what happens later makes no difference. */
  private final int horizon;

  private final LongTable stateNumbers = new LongTable();
  private final List<LocalState> states = new ArrayList<>();

  /** The steps by state and event. */
  private final LongTable stepNumbers = new LongTable();

  private final List<LocalStep> steps = new ArrayList<>();

  Locals(
      Acts acts,
      Symmetry symmetry,
      Messages messages,
      Supplier<StateMachine> machines,
      int nodes,
      int horizon) {
    this.acts = acts;
    this.symmetry = symmetry;
    this.messages = messages;
    this.machines = machines;
    this.nodes = nodes;
    this.horizon = horizon;
  }

  int states() {
    return states.size();
  }

  int steps() {
    return steps.size();
  }

  LocalState state(int number) {
    return states.get(number);
  }

  /** {@return a node that has just started} */
  LocalState start(int node, MemoryStorage storage) {
    List<Message> sent = new ArrayList<>();
    SimHost host = new SimHost(node + 1L, new SimDisk(storage), NO_ORACLE, machines, sent::add);
    acts.start(host, node + 1L, 1, new Acts.Told());
    if (!sent.isEmpty()) {
      throw new IllegalStateException("a node that has just started sends " + sent);
    }
    return intern(node, host, 1, Log.EMPTY, List.of());
  }

  /** {@return the step that an event makes from a state, if it is known; else null} */
  @Nullable LocalStep known(LocalState from, int event) {
    int known = stepNumbers.get(key(from, event));
    return known == LongTable.NONE ? null : steps.get(known);
  }

  private static long key(LocalState from, int event) {
    return (long) from.number() << Integer.SIZE | event;
  }

  /** Makes a step that is not known. What the node throws comes out. */
  LocalStep make(LocalState from, int event) {
    List<Message> sent = new ArrayList<>();
    SimHost host = from.host().copy(NO_ORACLE, sent::add);
    Acts.Told told = new Acts.Told();
    EventKind kind = Event.kind(event);
    boolean delivers = kind == EventKind.DELIVER || kind == EventKind.DUPLICATE;
    Message message =
        delivers ? messages.message(Event.argument(event)) : Message.getDefaultInstance();
    acts.perform(host, event, message, from.starts(), told);
    Log received =
        message.hasInstallSnapshot() ? messages.log(Event.argument(event)) : from.received();
    int starts = from.starts() + (kind == EventKind.CRASH ? 1 : 0);
    LocalState to =
        intern(
            from.node(),
            host,
            starts,
            received,
            List.of(from.facts().log(), from.facts().disk(), received));
    int[] numbers = new int[sent.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = messages.numberOf(sent.get(i), to.facts().log());
    }
    Arrays.sort(numbers);
    LocalStep step = step(from, to, numbers, told);
    stepNumbers.put(key(from, event), step.number());
    steps.add(step);
    return step;
  }

  private long hash(SimHost host, int starts, Facts facts, int naming) {
    Digest digest = new Digest(symmetry.names(naming), horizon);
    host.digest(digest);
    digest.number(starts).number(facts.log().shape());
    return digest.value();
  }

  /** {@return whether a host, reached by other copies or none, is in the same state} */
  boolean isAlike(SimHost host, int starts, LocalState state) {
    return hash(host, starts, state.facts(), 0) == state.hashes()[0];
  }

  private LocalState intern(int node, SimHost host, int starts, Log received, List<Log> known) {
    Facts facts = Facts.of(host, known, nodes);
    long own = hash(host, starts, facts, 0);
    // The same node may have come by a log with other entries.
    long key = Log.mix(own, facts.log().hash(facts.log().last()));
    int number = stateNumbers.get(key);
    if (number != LongTable.NONE) {
      return states.get(number);
    }
    long[] hashes = new long[symmetry.size()];
    hashes[0] = own;
    for (int naming = 1; naming < hashes.length; naming++) {
      hashes[naming] = hash(host, starts, facts, naming);
    }
    LocalState state = new LocalState(states.size(), node, host, starts, facts, received, hashes);
    stateNumbers.put(key, state.number());
    states.add(state);
    return state;
  }

  private LocalStep step(LocalState from, LocalState to, int[] sent, Acts.Told told) {
    List<Integer> reads = new ArrayList<>();
    for (ReadState read : told.reads) {
      if (read instanceof ReadState.Confirmed confirmed) {
        reads.add(Acts.read(confirmed.context()));
        reads.add((int) confirmed.index());
      }
    }
    long[] hashes = new long[symmetry.size()];
    for (int naming = 0; naming < hashes.length; naming++) {
      hashes[naming] = to.hashes()[naming] - from.hashes()[naming];
      for (int message : sent) {
        hashes[naming] += messages.hashes(message)[naming];
      }
    }
    return new LocalStep(
        steps.size(),
        from,
        to,
        sent,
        reads.stream().mapToInt(Integer::intValue).toArray(),
        told.readAccepted,
        changes(from.facts(), to.facts(), told.readAccepted || !reads.isEmpty()),
        hashes);
  }

  private static int changes(Facts before, Facts after, boolean reads) {
    int changes = 0;
    if (after.leads() && Facts.leadingTerm(before) != after.term()) {
      changes |= LocalStep.LEADS;
    }
    if (after.drained() && (after.commit() != before.commit() || !before.drained())) {
      changes |= LocalStep.COMMITS;
    }
    if (after.log() != before.log()) {
      changes |= LocalStep.LOG;
    }
    if (after.disk() != before.disk()) {
      changes |= LocalStep.DISK;
    }
    if (after.leads()
        && (Facts.leadingTerm(before) != after.term()
            || !Arrays.equals(before.matches(), after.matches()))) {
      changes |= LocalStep.MATCHES;
    }
    return reads ? changes | LocalStep.READS : changes;
  }
}
