package io.tickraft.testkit.explore;

import io.tickraft.core.Digest;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All states of single nodes, and the step that each event makes from each of them. A step is
 * computed once, on the real node with its host and its storage. Most transitions of an exploration
 * use a known step.
 */
final class Locals {

  /** One of so many steps that lead to a known state of a user's store is compared with it. */
  private static final int COMPARE_ONE_OF = 4;

  private final Acts acts;
  private final Symmetry symmetry;
  private final Messages messages;
  private final Hosts hosts;
  private final int nodes;

  /** The highest number of ticks in a run. What happens after more ticks makes no difference. */
  private final int horizon;

  private final LongTable stateNumbers = new LongTable();
  private final List<LocalState> states = new ArrayList<>();

  /** The steps by state and event. */
  private final LongTable stepNumbers = new LongTable();

  private final List<LocalStep> steps = new ArrayList<>();

  /** How many steps of users' stores have led to a known state. */
  private int foundAgain;

  private final Twins twins;

  /**
   * @param kinds the kinds of events with which {@link Twins} compares stores
   */
  Locals(
      Acts acts,
      Symmetry symmetry,
      Messages messages,
      Hosts hosts,
      int nodes,
      int horizon,
      List<EventKind> kinds) {
    this.acts = acts;
    this.symmetry = symmetry;
    this.messages = messages;
    this.hosts = hosts;
    this.nodes = nodes;
    this.horizon = horizon;
    this.twins = new Twins(hosts, acts, messages, this, kinds);
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

  /** {@return the state of a node that has just started} */
  LocalState start(int node) {
    List<Message> sent = new ArrayList<>();
    NodeHost host = hosts.create(node, sent);
    acts.start(host, node + 1L, 1, new Acts.Told());
    if (!sent.isEmpty()) {
      throw new IllegalStateException("a node that has just started sends " + sent);
    }
    return intern(node, host, 1, Log.EMPTY, List.of(), null, 0);
  }

  /** {@return the step that an event makes from a state; null if it is not known} */
  @Nullable LocalStep known(LocalState from, int event) {
    int known = stepNumbers.get(key(from, event));
    return known == LongTable.NONE ? null : steps.get(known);
  }

  private static long key(LocalState from, int event) {
    return (long) from.number() << Integer.SIZE | event;
  }

  /** Computes a step that is not known. Throws what the node or its host throws. */
  LocalStep make(LocalState from, int event) {
    List<Message> sent = new ArrayList<>();
    NodeHost host = hosts.in(from, sent);
    Acts.Told told = new Acts.Told();
    LocalState to;
    try {
      if (hosts.areReplayed() && !isAlike(host, from.starts(), from)) {
        throw differs(from.node());
      }
      Message message = messages.of(event);
      acts.perform(host, event, message, from.starts(), told);
      Log received =
          message.hasInstallSnapshot() ? messages.log(Event.argument(event)) : from.received();
      to =
          intern(
              from.node(),
              host,
              from.starts() + (Event.kind(event) == EventKind.CRASH ? 1 : 0),
              received,
              List.of(from.facts().log(), from.facts().disk(), received),
              from,
              event);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      host.close();
      throw e;
    }
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

  /** Returns the exception for a node that the same events have brought into another state. */
  static IllegalStateException differs(int node) {
    return new IllegalStateException(
        "the same events lead to another state of node "
            + (node + 1)
            + ": it depends on something other than its inputs, such as a clock, Random, or what"
            + " another store has written");
  }

  private long hash(NodeHost host, int starts, Facts facts, int naming) {
    Digest digest = new Digest(symmetry.names(naming), horizon);
    host.digest(digest);
    digest.number(starts).number(facts.log().shape());
    return digest.value();
  }

  /** {@return a hash of a host and its node, without the starts and the compacted log} */
  long digest(NodeHost host) {
    Digest digest = new Digest(symmetry.names(0), horizon);
    host.digest(digest);
    return digest.value();
  }

  /** {@return whether a host, whatever has happened to it, is in a state} */
  boolean isAlike(NodeHost host, int starts, LocalState state) {
    return hash(host, starts, state.facts(), 0) == state.own();
  }

  private LocalState intern(
      int node,
      NodeHost host,
      int starts,
      Log received,
      List<Log> before,
      @Nullable LocalState from,
      int event) {
    List<Left> left = hosts.crashes(host, node, from, event);
    Facts facts = Facts.of(host, left, before, nodes);
    long own = hash(host, starts, facts, 0);
    long first = withCrashes(own, left, 0);
    // The hash of a node does not contain the data of compacted entries.
    long key = Log.mix(first, facts.log().hash(facts.log().last()));
    int number = stateNumbers.get(key);
    if (number != LongTable.NONE) {
      host.close();
      LocalState state = states.get(number);
      if (hosts.areReplayed() && from != null && foundAgain++ % COMPARE_ONE_OF == 0) {
        twins.compare(state, from, event, foundAgain);
      }
      return state;
    }
    long[] hashes = new long[symmetry.size()];
    hashes[0] = first;
    for (int naming = 1; naming < hashes.length; naming++) {
      hashes[naming] = withCrashes(hash(host, starts, facts, naming), left, naming);
    }
    LocalState state =
        new LocalState(
            states.size(),
            node,
            starts,
            facts,
            LocalState.Work.of(host),
            left.stream().mapToInt(Left::argument).toArray(),
            received,
            own,
            hashes);
    stateNumbers.put(key, state.number());
    states.add(state);
    hosts.found(state, host, from, event);
    return state;
  }

  /** Adds what each crash leaves: in equal states, a crash with one argument leaves the same. */
  private static long withCrashes(long own, List<Left> left, int naming) {
    long hash = own;
    for (Left one : left) {
      if (one.hashes().length > 0) {
        hash = Log.mix(Log.mix(hash, one.argument()), one.hashes()[naming]);
      }
    }
    return hash;
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
    if (after.applied() != before.applied() || after.state() != before.state()) {
      changes |= LocalStep.APPLIES;
    }
    return reads ? changes | LocalStep.READS : changes;
  }
}
