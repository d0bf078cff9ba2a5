package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.HostedStore;
import io.tickraft.testkit.sim.SimDisk;
import io.tickraft.testkit.sim.SimHost;
import io.tickraft.testkit.sim.StateMachine;
import io.tickraft.testkit.sim.StoreDriver;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Explores all orderings of the events of a small group, within bounds: each message arrives at any
 * time, or never, and nodes campaign, crash and get requests at any time. It runs the real nodes,
 * and checks the promises of the protocol in each state. A {@link io.tickraft.testkit.fuzz.Fuzz}
 * tries some long runs; an exploration tries all short ones.
 *
 * <pre>{@code
 * Exploration.Result result =
 *     Exploration.of(3)
 *         .startAfter(Prelude.leader())
 *         .allow(EventKind.CAMPAIGN, 1)
 *         .allow(EventKind.PROPOSE, 1)
 *         .allow(EventKind.CRASH, 1)
 *         .run();
 * assertThat(result.counterexample()).isEmpty();
 * }</pre>
 *
 * <p>Without {@link #allow} the only events are arrivals of messages, and with {@link #splitReadys}
 * the work of the hosts. States that differ only in which voter is which count as equal, unless
 * {@link #changes} are set, nodes differ in their {@link #configuration}, or nodes may tick so
 * often that their random election timeouts matter. Two states count as equal if their fingerprints
 * of 64 bits are equal; {@link Result#collisionOdds()} estimates how likely it is that a state was
 * overlooked.
 *
 * <p>Immutable; each method returns a copy with one setting changed.
 */
public final class Exploration {

  private static final long DEFAULT_BYTES = 1L << 30;
  private static final int DEFAULT_IN_FLIGHT = 1_000;

  private static final class Settings implements Cloneable {
    int voters;
    int nodes;
    int[] allowed = new int[EventKind.values().length];
    List<ConfChange> changes = List.of();
    boolean isSplit;
    int inFlight = DEFAULT_IN_FLIGHT;
    int depth = Integer.MAX_VALUE;
    long maxStates = Fingerprints.MAX_SIZE;
    long bytes = DEFAULT_BYTES;
    int probes;
    Prelude prelude = Prelude.none();
    Supplier<StateMachine> machines = CommandLog::new;
    IntFunction<ByteString> commands = number -> ByteString.copyFromUtf8("c" + number);
    @Nullable Function<List<Long>, ? extends HostedStore> stores;
    Consumer<RaftConfig.Builder> common = config -> {};
    ObjLongConsumer<RaftConfig.Builder> perNode = (config, id) -> {};
    boolean isSymmetric = true;
    Supplier<? extends Oracle> oracles = Oracles::all;

    Settings copy() {
      try {
        Settings copy = (Settings) clone();
        copy.allowed = allowed.clone();
        return copy;
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Settings settings;

  private Exploration(Settings settings) {
    this.settings = settings;
  }

  /**
   * Begins with a group of voters.
   *
   * @param voters how many, from 1 to 16; their ids are 1, 2, …
   * @return an exploration
   * @throws IllegalArgumentException if the number is out of range
   */
  public static Exploration of(int voters) {
    if (voters < 1 || voters > Event.MAX_NODES) {
      throw new IllegalArgumentException("voters: 1 to " + Event.MAX_NODES + ": " + voters);
    }
    Settings settings = new Settings();
    settings.voters = voters;
    settings.nodes = voters;
    return new Exploration(settings);
  }

  private Exploration with(Consumer<Settings> change) {
    Settings copy = settings.copy();
    change.accept(copy);
    return new Exploration(copy);
  }

  /**
   * Sets how many nodes with empty disks may join the group; default 0. Their ids follow those of
   * the voters.
   *
   * @param joiners how many, at least 0, and at most 16 with the voters
   * @return a copy
   * @throws IllegalArgumentException if the number is out of range
   */
  public Exploration joiners(int joiners) {
    int nodes = settings.voters + joiners;
    if (joiners < 0 || joiners > Event.MAX_NODES - settings.voters) {
      throw new IllegalArgumentException(
          "joiners: 0 to " + (Event.MAX_NODES - settings.voters) + ": " + joiners);
    }
    return with(s -> s.nodes = nodes);
  }

  /**
   * Allows events of one kind; default: none. Each may happen at any time, to any node.
   *
   * @param kind a {@linkplain EventKind#isLimited limited} kind
   * @param times how many such events a run has at most, from 0 to 15
   * @return a copy
   * @throws IllegalArgumentException if the kind is not limited, or the number is out of range
   */
  @SuppressWarnings("EnumOrdinal") // The ordinals are used within one run only.
  public Exploration allow(EventKind kind, int times) {
    if (!kind.isLimited()) {
      throw new IllegalArgumentException("kind: not limited: " + kind);
    }
    if (times < 0 || times > EventKind.MAX) {
      throw new IllegalArgumentException(kind + ": 0 to " + EventKind.MAX + " times: " + times);
    }
    return with(s -> s.allowed[kind.ordinal()] = times);
  }

  /**
   * Sets the membership changes that may be proposed; default: none. {@link #allow} sets how often
   * they are.
   *
   * @param changes the changes; the ids of members are at most 16
   * @return a copy
   * @throws IllegalArgumentException if the id of a member is above 16
   */
  public Exploration changes(ConfChange... changes) {
    List<ConfChange> all = List.copyOf(Arrays.asList(changes));
    for (ConfChange change : all) {
      for (ConfChangeSingle single : change.getChangesList()) {
        if (single.getNode() > Event.MAX_NODES) {
          throw new IllegalArgumentException(
              "changes: ids of at most " + Event.MAX_NODES + ": " + single.getNode());
        }
      }
    }
    return with(s -> s.changes = all);
  }

  /**
   * Makes taking a Ready, writing it and applying it separate events. Without this call, a host
   * takes, writes and applies all Readys of its node as a part of each event.
   *
   * @return a copy
   */
  public Exploration splitReadys() {
    return with(s -> s.isSplit = true);
  }

  /**
   * Leaves out states with more messages in flight, lost messages included; default 1,000.
   *
   * @param messages the highest number, at least 0
   * @return a copy
   * @throws IllegalArgumentException if the number is negative
   */
  public Exploration inFlight(int messages) {
    if (messages < 0) {
      throw new IllegalArgumentException("inFlight: at least 0: " + messages);
    }
    return with(s -> s.inFlight = messages);
  }

  /**
   * Leaves out runs with more events after the prelude; default: no limit.
   *
   * @param events the highest number, at least 0
   * @return a copy
   * @throws IllegalArgumentException if the number is negative
   */
  public Exploration depth(int events) {
    if (events < 0) {
      throw new IllegalArgumentException("depth: at least 0: " + events);
    }
    return with(s -> s.depth = events);
  }

  /**
   * Ends the exploration when it has found so many states. The default, and the maximum, is
   * 805,306,368, for which the fingerprints take 8 GiB.
   *
   * @param states the number, at least 1; a number above the maximum counts as the maximum
   * @return a copy
   * @throws IllegalArgumentException if the number is below 1
   */
  public Exploration maxStates(long states) {
    if (states < 1) {
      throw new IllegalArgumentException("maxStates: at least 1: " + states);
    }
    return with(s -> s.maxStates = Math.min(states, Fingerprints.MAX_SIZE));
  }

  /**
   * Ends the exploration when its tables of states are larger than a size; default 1 GiB. The
   * memory for the states of single nodes, such as copies of nodes, is not counted.
   *
   * @param bytes the size in bytes, at least 1
   * @return a copy
   * @throws IllegalArgumentException if the number is below 1
   */
  public Exploration maxBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxBytes: at least 1: " + bytes);
    }
    return with(s -> s.bytes = bytes);
  }

  /**
   * Checks liveness from a sample of the states: all messages in flight are lost, and no further
   * fault happens; then a leader must be elected, commit a command and bring all members up to
   * date. By default no state is checked.
   *
   * @param states one of so many states is in the sample, at least 0; 0: none
   * @return a copy
   * @throws IllegalArgumentException if the number is negative
   */
  public Exploration checkLivenessOfOneIn(int states) {
    if (states < 0) {
      throw new IllegalArgumentException("checkLivenessOfOneIn: at least 0: " + states);
    }
    return with(s -> s.probes = states);
  }

  /**
   * Sets what happens before the exploration begins; default {@link Prelude#none()}.
   *
   * @param prelude the prelude
   * @return a copy
   */
  public Exploration startAfter(Prelude prelude) {
    return with(s -> s.prelude = prelude);
  }

  /**
   * Sets the state machine; default {@link CommandLog}. The storage is a simulated disk.
   *
   * @param factory creates a state machine for each start and each copy of a node; equal states
   *     must be {@linkplain StateMachine#save() saved} as equal bytes
   * @return a copy
   */
  public Exploration machines(Supplier<StateMachine> factory) {
    return with(
        s -> {
          s.machines = factory;
          s.stores = null;
        });
  }

  /**
   * Sets the commands that are proposed; default: the texts c1, c2 and so on, in UTF-8.
   *
   * @param commands creates the command with a number; 1 is the first command of a run, those of
   *     the prelude included. Commands with different numbers must differ, and the command with a
   *     number must always be the same
   * @return a copy
   */
  public Exploration commands(IntFunction<ByteString> commands) {
    return with(s -> s.commands = commands);
  }

  /**
   * Sets a storage of your own, with its state machine, in place of {@link #machines}. The hosts
   * keep the Ready contract, and everything that the store does is checked, as by a {@link
   * io.tickraft.testkit.sim.StoreHost}. Each crash is tried with all combinations of the {@link
   * io.tickraft.testkit.sim.Choices} that the store makes in it, at most 1,000.
   *
   * <p>The exploration reads the store, too. So the behaviour of a store must not depend on how
   * often it is read. If a storage by itself answers {@code NotYet} until it has fetched the data,
   * the exploration does not cover these answers: {@link EventKind#ENTRIES_NOT_YET} and {@link
   * EventKind#SNAPSHOT_NOT_YET} make any storage answer so.
   *
   * <p>Two stores count as equal if they show the same content, now and after each possible crash,
   * and their {@link HostedStore#digest} adds the same. Some pairs of stores that count as equal
   * are compared, so a store whose behaviour depends on anything else is most likely reported.
   *
   * @param factory creates the store of a node on an empty disk, with a bootstrap for these voters;
   *     without a bootstrap if the list is empty: then the node joins later. The factory is called
   *     many times for each node. Each store is closed, and only few are open at a time
   * @return a copy
   */
  public Exploration stores(Function<List<Long>, ? extends HostedStore> factory) {
    return with(s -> s.stores = factory);
  }

  /**
   * Sets the configuration of all nodes; default: the defaults of {@link RaftConfig}, with seed 1.
   *
   * @param configuration changes the defaults, each time in the same way
   * @return a copy
   */
  public Exploration configuration(Consumer<RaftConfig.Builder> configuration) {
    return with(s -> s.common = configuration);
  }

  /**
   * Sets the configuration of each node, which is applied after that of all nodes. States that
   * differ only in which node is which are different states then.
   *
   * @param configuration changes the configuration of the node with an id, each time in the same
   *     way
   * @return a copy
   */
  public Exploration configuration(ObjLongConsumer<RaftConfig.Builder> configuration) {
    return with(
        s -> {
          s.perNode = configuration;
          s.isSymmetric = false;
        });
  }

  /**
   * Sets the oracles; default {@link Oracles#all()}. They check each step of a single node once, in
   * the first run that contains this step.
   *
   * @param factory creates new oracles for each run
   * @return a copy
   */
  public Exploration oracles(Supplier<? extends Oracle> factory) {
    return with(s -> s.oracles = factory);
  }

  // Running.

  /**
   * What an exploration has found.
   *
   * @param states how many different states it has found
   * @param transitions how many events it has tried in these states
   * @param depth how many events after the prelude lead to the furthest states of which it has
   *     found all
   * @param transitionsLeftOut how many transitions were left out because of {@link #inFlight}
   * @param localStates how many different states of single nodes it has found
   * @param localSteps how many different steps of single nodes it has computed
   * @param probes how many states were {@linkplain #checkLivenessOfOneIn probed}
   * @param isExhausted whether every state was found and expanded, except for those left out
   *     because of {@link #inFlight}; false if a broken promise, {@link #depth}, {@link
   *     #maxStates}, {@link #maxBytes} or the caller has ended the exploration before
   * @param collisionOdds an estimate of the probability that a state was overlooked because its
   *     fingerprint is equal to that of another state: from 0 to 1
   * @param counterexample a run with as few events as possible that breaks a promise; empty: none
   *     was found
   */
  public record Result(
      long states,
      long transitions,
      int depth,
      long transitionsLeftOut,
      long localStates,
      long localSteps,
      long probes,
      boolean isExhausted,
      double collisionOdds,
      Optional<Counterexample> counterexample) {}

  /**
   * The progress of an exploration. It expands the first state, then all states that are one event
   * away, then all that are two events away, and so on.
   *
   * @param states how many states it has found
   * @param transitions how many events it has tried
   * @param depth how many events the states that are being expanded are away from the first state
   * @param waiting how many states it has found and not expanded yet
   * @param localStates how many states of single nodes it has found
   * @param bytes the size of its tables of states, in bytes
   * @param collisionOdds as {@link Result#collisionOdds()}
   */
  public record Progress(
      long states,
      long transitions,
      int depth,
      long waiting,
      long localStates,
      long bytes,
      double collisionOdds) {}

  /**
   * Explores until a promise is broken, all states are expanded, or a limit is reached.
   *
   * @return what it has found
   * @throws IllegalArgumentException if the prelude is impossible
   */
  public Result run() {
    return run(progress -> true);
  }

  /**
   * Explores as {@link #run()}, and lets the caller end the exploration.
   *
   * @param goesOn gets the progress about every 65,000 transitions, and returns whether to continue
   * @return what it has found
   * @throws IllegalArgumentException if the prelude is impossible
   */
  public Result run(Predicate<Progress> goesOn) {
    return new Run(this, goesOn).result();
  }

  /**
   * Makes a random run that begins with the prelude. Each kind that is allowed may occur any number
   * of times. With {@link Prelude#of}, another exploration can start at the end of this run, in a
   * state that an exploration from the beginning would not reach.
   *
   * @param seed determines the run
   * @param events how many events the run has after the prelude, at least 0. It has fewer if no
   *     event is possible, or if one of the events that may come next breaks a promise
   * @return the run
   * @throws IllegalArgumentException if the number is negative, or the prelude is impossible
   */
  public Ordering walk(long seed, int events) {
    if (events < 0) {
      throw new IllegalArgumentException("events: at least 0: " + events);
    }
    return new Walk(this).random(seed, events);
  }

  /**
   * Plays one run, which need not be within the bounds. An event that is not possible is skipped.
   * If states are {@linkplain #checkLivenessOfOneIn probed}, the last state of the run is probed.
   *
   * @param ordering the events, those of the prelude included
   * @return the failure; empty if the run keeps all promises
   */
  public Optional<Failure> play(Ordering ordering) {
    return play(ordering, new Oracle() {});
  }

  /**
   * Plays one run, as {@link #play(Ordering)}, and reports each event to an observer.
   *
   * @param ordering the events, those of the prelude included
   * @param observer gets each event before the oracles
   * @return the failure; empty if the run keeps all promises
   */
  public Optional<Failure> play(Ordering ordering, Oracle observer) {
    Rehearsal states = new Run(this, progress -> true).rehearsal();
    try (Group group = group(new Oracles(List.of(observer, newOracle())))) {
      group.start();
      for (Ordering.Line line : ordering.lines()) {
        Group.Move move = group.move(line);
        if (move != null) {
          group.perform(move);
          states.happen(move);
        }
      }
      if (settings.probes > 0) {
        new Probe(group, acts(false), config(1, 1).electionTicks()).run();
      }
      return Optional.empty();
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      return Optional.of(Failure.of(e));
    }
  }

  // The parts of a run.

  Group group(Oracle oracle) {
    return new Group(acts(settings.isSplit), settings.nodes, this::newHost, oracle);
  }

  private NodeHost newHost(int node, Oracle oracle, Consumer<Message> network) {
    long id = node + 1L;
    long[] voters =
        node < settings.voters ? LongStream.rangeClosed(1, settings.voters).toArray() : new long[0];
    if (settings.stores == null) {
      MemoryStorage content =
          voters.length > 0 ? MemoryStorage.bootstrapped(voters) : new MemoryStorage();
      return new DiskHost(
          new SimHost(id, new SimDisk(content), oracle, settings.machines, network));
    }
    HostedStore store = settings.stores.apply(LongStream.of(voters).boxed().toList());
    return new OwnStoreHost(id, new StoreDriver(store, oracle, network));
  }

  Hosts hosts(Acts acts, Messages messages, Symmetry symmetry) {
    return settings.stores == null
        ? new CopiedHosts(this::newHost)
        : new ReplayedHosts(this::newHost, acts, messages, symmetry, horizon());
  }

  int nodes() {
    return settings.nodes;
  }

  Oracle newOracle() {
    return settings.oracles.get();
  }

  Acts acts(boolean isSplit) {
    return new Acts(this::config, settings.commands, settings.changes, isSplit);
  }

  boolean isSplit() {
    return settings.isSplit;
  }

  RaftConfig config(long id, long incarnation) {
    RaftConfig.Builder builder = RaftConfig.builder(id).seed(1).incarnation(incarnation);
    settings.common.accept(builder);
    settings.perNode.accept(builder, id);
    return builder.build();
  }

  Symmetry symmetry() {
    boolean timeoutsMatter = horizon() >= config(1, 1).electionTicks();
    return settings.isSymmetric && !timeoutsMatter && settings.changes.isEmpty()
        ? Symmetry.among(settings.voters, settings.nodes)
        : Symmetry.none(settings.nodes);
  }

  int horizon() {
    return settings.allowed[position(EventKind.TICK)];
  }

  /**
   * {@return the allowed kinds that {@link Twins} tries} Ticks are not among them: equal nodes need
   * to behave alike only for the number of ticks that a run has.
   */
  List<EventKind> kindsOfOneNode() {
    return Stream.of(
            EventKind.CAMPAIGN,
            EventKind.FORGET_LEADER,
            EventKind.PROPOSE,
            EventKind.COMPACT,
            EventKind.CRASH)
        .filter(kind -> settings.allowed[position(kind)] > 0)
        .toList();
  }

  @SuppressWarnings("EnumOrdinal") // The ordinals are used within one run only.
  private static int position(EventKind kind) {
    return kind.ordinal();
  }

  Prelude prelude() {
    return settings.prelude;
  }

  int probes() {
    return settings.probes;
  }

  Search.Limits limits() {
    return new Search.Limits(
        settings.allowed, settings.depth, settings.inFlight, settings.maxStates, settings.bytes);
  }
}
