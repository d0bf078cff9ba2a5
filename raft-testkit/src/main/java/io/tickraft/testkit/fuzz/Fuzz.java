package io.tickraft.testkit.fuzz;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.history.History;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.Host;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.StateMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Random runs of a group with faults of all kinds. In each run, clients propose and read while
 * nodes crash, links are cut and disks are slow, as the choices of the run decide. At the end the
 * faults are repaired, first those of a random quorum and then all: the repaired members must reach
 * the same state. Oracles check every step.
 *
 * <pre>{@code
 * Fuzz fuzz = Fuzz.ofAnyGroup().machines(MyMachine::new).commands(MyCommands::next);
 * for (long seed = 1; seed <= 1_000; seed++) {
 *   fuzz.run(Choices.random(seed));
 * }
 * }</pre>
 *
 * <p>Without a state machine of the user's, the clients put and get the values of a few keys, and
 * each run checks that the answers are linearizable. A {@link Workload} does the same for any state
 * machine.
 */
public final class Fuzz implements Trial {

  private static final List<Integer> DEFAULT_SIZES = List.of(3, 5, 4, 2, 1, 3, 5);
  private static final int DEFAULT_STEPS = 150;

  List<Integer> sizes = DEFAULT_SIZES;
  int steps = DEFAULT_STEPS;
  Set<Trouble> troubles = EnumSet.allOf(Trouble.class);
  ClientRequests<?, ?> requests = new KeyValueWorkload(KeyValueMachine::new);

  /** Whether {@link #clients} has set the requests: then hosts of the user's answer them. */
  private boolean areForHosts;

  /** Whether {@link #workload} has set the requests: then they are not for hosts of the user's. */
  private boolean areForMachine;

  /** Other than linearizable only as a planted bug. */
  Queries queries = Queries.LINEARIZABLE;

  @Nullable LongFunction<? extends Host> hosts;
  ObjLongConsumer<RaftConfig.Builder> configuration = (config, id) -> {};
  Supplier<? extends Oracle> oracles = Oracles::all;

  /** Whether a part was set that has no source: a function of the user. */
  private boolean hasOwnParts;

  private Fuzz() {}

  /** {@return runs of groups of one to five voters, with all kinds of trouble} */
  public static Fuzz ofAnyGroup() {
    return new Fuzz();
  }

  /**
   * Sets how many voters a group may begin with; default 1 to 5, with 3 and 5 twice as often.
   *
   * @param nodes the numbers of voters, each at least 1; the first is the simplest
   * @return this
   * @throws IllegalArgumentException if there is none, or one is below 1
   */
  public Fuzz nodes(int... nodes) {
    List<Integer> all = new ArrayList<>();
    for (int number : nodes) {
      if (number < 1) {
        throw new IllegalArgumentException("nodes: at least 1: " + number);
      }
      all.add(number);
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException("nodes: at least one number");
    }
    this.sizes = List.copyOf(all);
    return this;
  }

  /**
   * Sets how many steps a run has before its recovery; default 150.
   *
   * @param number the number of steps, at least 0
   * @return this
   * @throws IllegalArgumentException if the number is negative
   */
  public Fuzz steps(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("steps: at least 0: " + number);
    }
    this.steps = number;
    return this;
  }

  /**
   * Leaves out some kinds of trouble; by default a run may have all.
   *
   * @param kinds the kinds that no run has
   * @return this
   */
  public Fuzz without(Trouble... kinds) {
    return with(EnumSet.complementOf(setOf(Arrays.asList(kinds))));
  }

  /**
   * Sets which kinds of trouble a run may have; by default all.
   *
   * @param kinds the kinds
   * @return this
   */
  public Fuzz with(Collection<Trouble> kinds) {
    this.troubles = setOf(kinds);
    return this;
  }

  private static EnumSet<Trouble> setOf(Collection<Trouble> kinds) {
    EnumSet<Trouble> set = EnumSet.noneOf(Trouble.class);
    set.addAll(kinds);
    return set;
  }

  /**
   * Sets the state machine. The answers to clients are not checked. Its {@link StateMachine#save()}
   * must return equal bytes for equal states: a run compares these bytes to compare the states of
   * the members. The default of its {@link #commands} is {@link CommandSource#NUMBERED_TEXTS}.
   *
   * @param factory creates a state machine for each start of a node
   * @return this
   */
  public Fuzz machines(Supplier<? extends StateMachine> factory) {
    CommandSource source =
        requests instanceof PlainWorkload plain ? plain.commands() : CommandSource.NUMBERED_TEXTS;
    areForMachine = false;
    return unchecked(new PlainWorkload(factory, source));
  }

  /**
   * Sets whole hosts of the user's, in place of the testkit's own. They have no simulated disk and
   * own their state machines; see {@link Host}. Their answers to clients are checked if {@link
   * #clients} is set.
   *
   * @param factory creates the host of the node with this id, once in a run
   * @return this
   */
  public Fuzz hosts(LongFunction<? extends Host> factory) {
    this.hosts = factory;
    this.hasOwnParts = true;
    return this;
  }

  /**
   * Sets the requests of the clients of {@linkplain #hosts hosts of the user's}, and the model of
   * the correct answers. A {@link Workload} may be given here, too: its state machine is not used.
   *
   * @param newRequests the requests
   * @return this
   */
  public Fuzz clients(ClientRequests<?, ?> newRequests) {
    this.requests = newRequests;
    this.areForHosts = true;
    this.areForMachine = false;
    this.hasOwnParts = true;
    return this;
  }

  /**
   * Sets the commands of a state machine whose answers are not checked. The default of its {@link
   * #machines} is a {@link CommandLog}.
   *
   * @param source makes the commands
   * @return this
   */
  public Fuzz commands(CommandSource source) {
    Supplier<? extends StateMachine> machines =
        requests instanceof PlainWorkload plain ? plain.machines() : CommandLog::new;
    areForMachine = false;
    return unchecked(new PlainWorkload(machines, source));
  }

  /**
   * Sets the state machine, the requests of its clients, and the model of the correct answers. By
   * default clients put and get the values of a few keys.
   *
   * @param newWorkload the state machine and its clients
   * @return this
   */
  public Fuzz workload(Workload<?, ?, ?> newWorkload) {
    this.areForMachine = true;
    return unchecked(newWorkload);
  }

  private Fuzz unchecked(Workload<?, ?, ?> newWorkload) {
    this.requests = newWorkload;
    this.areForHosts = false;
    this.hasOwnParts = true;
    return this;
  }

  /**
   * {@return whether hosts of the user's answer the requests}
   *
   * @throws IllegalStateException if hosts of the user's are to answer a workload of a state
   *     machine that they do not have
   */
  boolean areHostsAsked() {
    if (hosts != null && areForMachine) {
      throw new IllegalStateException(
          "hosts have their own state machines: give the requests to clients(), not to workload()");
    }
    return hosts != null && areForHosts;
  }

  /**
   * Changes the configuration of the nodes, after the run has chosen its settings. What a run
   * expects of its group follows the changed configuration.
   *
   * @param change changes the configuration of the node with this id; called at each start of the
   *     node and again at the end of a run, and must make the same change each time
   * @return this
   */
  public Fuzz configuration(ObjLongConsumer<RaftConfig.Builder> change) {
    this.configuration = change;
    this.hasOwnParts = true;
    return this;
  }

  /**
   * Sets the oracles; default {@link Oracles#all()}.
   *
   * @param factory creates the oracles of a run
   * @return this
   */
  public Fuzz oracles(Supplier<? extends Oracle> factory) {
    this.oracles = factory;
    this.hasOwnParts = true;
    return this;
  }

  /** {@return how many voters a group may begin with; the first number is the simplest} */
  public List<Integer> sizes() {
    return sizes;
  }

  /** {@return how many steps a run has before its recovery} */
  public int steps() {
    return steps;
  }

  /** {@return the kinds of trouble that a run may have, as a view} */
  public Set<Trouble> troubles() {
    return Collections.unmodifiableSet(troubles);
  }

  /** Returns these settings as Java source. */
  TrialSource source() {
    List<String> imports = new ArrayList<>();
    imports.add(Fuzz.class.getName());
    StringBuilder calls = new StringBuilder("Fuzz.ofAnyGroup()");
    if (!sizes.equals(DEFAULT_SIZES)) {
      calls.append("\n          .nodes(").append(joined(sizes)).append(')');
    }
    if (steps != DEFAULT_STEPS) {
      calls.append("\n          .steps(").append(steps).append(')');
    }
    if (!troubles.equals(EnumSet.allOf(Trouble.class))) {
      imports.add(Trouble.class.getName());
      imports.add(List.class.getName());
      List<String> names = troubles.stream().map(trouble -> "Trouble." + trouble.name()).toList();
      calls.append("\n          .with(List.of(").append(joined(names)).append("))");
    }
    return new TrialSource(calls.toString(), imports, !hasOwnParts);
  }

  private static String joined(List<?> elements) {
    return elements.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  @Override
  public void run(Choices choices) {
    play(choices);
  }

  @Override
  public void run(Choices choices, Oracle observer) {
    play(choices, observer);
  }

  /**
   * Runs, and returns the result.
   *
   * @param choices the choices of the run
   * @return the result
   * @throws AssertionError if the run breaks a promise
   * @throws RuntimeException if a part of the run throws it
   */
  public Played play(Choices choices) {
    return play(choices, new Oracle() {});
  }

  private Played play(Choices choices, Oracle observer) {
    FuzzRun run = new FuzzRun(this, choices, observer);
    try {
      run.run();
    } finally {
      run.group().close();
    }
    return new Played(run);
  }

  /** A run that has kept all promises. */
  public static final class Played {

    private final FuzzRun run;

    private Played(FuzzRun run) {
      this.run = run;
    }

    /** {@return the group at the end of the run} */
    public Simulation group() {
      return run.group();
    }

    /** {@return the situations that the run reached} */
    public Goals goals() {
      return run.goals();
    }

    /** {@return how many batches of commands were accepted} */
    public long accepted() {
      return run.accepted();
    }

    /**
     * {@return whether hardly anything happened: before the recovery no command was committed, or
     * no node crashed or paused and no message was lost, sent twice or overtaken}
     */
    public boolean isTame() {
      return run.isTame();
    }

    /** {@return the operations of the clients, with times in virtual microseconds} */
    public History<?, ?> history() {
      return run.history();
    }

    /**
     * {@return whether the history is surely linearizable; false if the search for an order of its
     * operations took too long}
     */
    public boolean isHistoryDecided() {
      return run.isHistoryDecided();
    }
  }
}
