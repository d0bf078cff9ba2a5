package io.tickraft.testkit.fuzz;

import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftObserver;
import io.tickraft.testkit.history.History;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNetwork;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.SimulationOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;

/** One run of a fuzz: trouble as its choices decide, and then the recovery from it. */
final class FuzzRun {

  /** At random, the time between two steps is at most this, in virtual milliseconds. */
  private static final int USUAL_PAUSE = 199;

  /** The longest time between two steps that a schedule may ask for, in virtual milliseconds. */
  private static final int MAX_PAUSE = 60_000;

  /** The highest percentage of acts that are situations, which take longer than all other acts. */
  private static final int SITUATIONS_PERCENT = 4;

  /** The weight of a simple act with usual weight 1; a situation has a lower weight. */
  private static final int WEIGHT_UNIT = 100;

  /** Something that a step may do, at random in proportion to its weight. */
  private record Act(String label, int weight, Consumer<Choices> action) {}

  private final Choices choices;
  private final int steps;
  private final Goals goals = new Goals();
  private final LastChange lastChange = new LastChange();
  private final SituationWatch watch = new SituationWatch(goals);
  private final Settings settings;
  private final Simulation group;
  private final Requests requests;
  private final Membership membership;
  private final Machines machines;
  private final LostWrites lostWrites;
  private final NetworkTrouble network;
  private final Proposals proposals;
  private final Clients<?, ?> clients;
  private final ProposalOutcomes<?> outcomes;
  private boolean isHistoryDecided;

  /** All acts: first the simple ones, then the situations. */
  private final List<Act> acts;

  private final List<String> labels;
  private final int[] weights;
  private boolean isTame;

  /** The weights of the acts between the steps of a situation: that of each situation is 0. */
  private final int[] weightsMeanwhile;

  FuzzRun(Fuzz fuzz, Choices choices, Oracle observer) {
    this.choices = choices;
    this.steps = fuzz.steps;
    boolean areServed = fuzz.hosts == null || fuzz.areHostsAsked();
    this.clients = new Clients<>(fuzz.requests, choices, fuzz.queries, areServed);
    this.outcomes = new ProposalOutcomes<>(clients);
    CorruptedMessages corrupted = new CorruptedMessages();
    this.settings = new Settings(choices, fuzz.troubles, fuzz.sizes, changes(fuzz));
    SimulationOptions options =
        Simulation.of(settings.nodes())
            .machines(clients::machine)
            .oracle(
                new Oracles(
                    List.of(
                        observer,
                        fuzz.oracles.get(),
                        outcomes,
                        clients,
                        corrupted,
                        lastChange,
                        goals,
                        watch)));
    settings.configure(options);
    if (fuzz.hosts != null) {
      options.hosts(fuzz.hosts).clients(clients);
    }
    this.group =
        options
            .configuration(
                (config, id) -> {
                  settings.configure(config, id);
                  Optional<RaftObserver> own = config.build().observer();
                  config.observer(
                      event -> {
                        goals.event(event);
                        watch.event(id, event);
                        corrupted.event(id, event);
                        own.ifPresent(o -> o.onEvent(event));
                      });
                })
            .start(choices);
    this.requests = new Requests(group);
    this.machines = new Machines(group, requests);
    this.lostWrites = new LostWrites(group, machines, lastChange);
    this.membership = new Membership(group, lostWrites);
    this.network = new NetworkTrouble(group);
    this.proposals = new Proposals(group, fuzz.requests);
    List<Act> simple = simpleActs();
    List<Act> situations = situations(simple.stream().mapToInt(Act::weight).sum());
    this.acts = Stream.concat(simple.stream(), situations.stream()).toList();
    this.labels = acts.stream().map(Act::label).toList();
    this.weights = acts.stream().mapToInt(Act::weight).toArray();
    this.weightsMeanwhile = Arrays.copyOf(weights, acts.size());
    Arrays.fill(weightsMeanwhile, simple.size(), acts.size(), 0);
  }

  /** Returns the changes to the configuration that a run has chosen for a node. */
  private static ObjLongConsumer<RaftConfig.Builder> changes(Fuzz fuzz) {
    return (config, id) -> {
      if (!fuzz.requests.deduplicates()) {
        config.forwardProposals(false);
      }
      fuzz.configuration.accept(config, id);
    };
  }

  Simulation group() {
    return group;
  }

  Goals goals() {
    return goals;
  }

  long accepted() {
    return proposals.accepted();
  }

  /** Returns whether no command was committed, or nothing has gone wrong, before the recovery. */
  boolean isTame() {
    return isTame;
  }

  /** Returns whether something has gone wrong that a leader or a client can notice. */
  private boolean hasTrouble() {
    SimNetwork messages = group.network();
    return goals.count("node crashed") > 0
        || messages.lost() + messages.refused() + messages.duplicated() + messages.reordered() > 0
        || group.nodes().stream().anyMatch(node -> node.faultCounters().pauses() > 0);
  }

  History<?, ?> history() {
    return clients.history();
  }

  boolean isHistoryDecided() {
    return isHistoryDecided;
  }

  private List<Act> simpleActs() {
    return List.of(
        new Act("propose", weight(4), proposals::propose),
        new Act("read", weight(2), requests::read),
        new Act("compact", weight(1), step -> compact()),
        new Act("calm", weight(1), this::calm),
        new Act("crash or start", weight(2, Trouble.CRASHES), machines::crashOrStart),
        new Act("restart", weight(1, Trouble.CRASHES), machines::restart),
        new Act(
            "crash in a write",
            weight(1, Trouble.TORN_WRITES),
            step -> {
              proposals.propose(step);
              machines.crashInWrite();
            }),
        new Act("lose synced writes", weight(1, Trouble.LOST_WRITES), lostWrites::lose),
        new Act("divide", weight(1, Trouble.PARTITIONS), network::divide),
        new Act("cut a link", weight(1, Trouble.PARTITIONS), network::cut),
        new Act("heal", weight(1, Trouble.PARTITIONS), step -> network.heal()),
        new Act("conditions", weight(1, Trouble.UNRELIABLE_NETWORK), network::changeConditions),
        new Act("corrupt", weight(1, Trouble.CORRUPTION), network::corrupt),
        new Act("unknown fields", weight(1, Trouble.LATER_VERSION), network::addUnknownFields),
        new Act("clock", weight(1, Trouble.CLOCKS), machines::changeClock),
        new Act("pause", weight(1, Trouble.PAUSES), machines::pause),
        new Act("disk", weight(1, Trouble.DISKS), machines::changeDisk),
        new Act("stall", weight(1, Trouble.DISKS), machines::stallDisk),
        new Act("fill a disk", weight(1, Trouble.DISK_ERRORS), machines::fillDisk),
        new Act("fail a read", weight(1, Trouble.DISK_ERRORS), machines::failRead),
        new Act("transfer", weight(1, Trouble.TRANSFERS), requests::transfer),
        new Act("change members", weight(2, Trouble.MEMBERSHIP), membership::change),
        new Act("retire", weight(1, Trouble.MEMBERSHIP), step -> membership.retire()),
        new Act("campaign", weight(1, Trouble.FORCED_ELECTIONS), onNode(group::campaign)),
        new Act(
            "forget the leader", weight(1, Trouble.FORCED_ELECTIONS), onNode(group::forgetLeader)),
        new Act("resign", weight(1, Trouble.FORCED_ELECTIONS), step -> resign()));
  }

  private static int weight(int usual) {
    return WEIGHT_UNIT * usual;
  }

  private int weight(int usual, Trouble trouble) {
    return settings.has(trouble) ? weight(usual) : 0;
  }

  /** Returns the situations as acts. */
  private List<Act> situations(int simpleWeights) {
    List<Situation> all = Situation.all();
    int sum = all.stream().mapToInt(Situation::weight).sum();
    int each = simpleWeights * SITUATIONS_PERCENT / (100 - SITUATIONS_PERCENT) / sum;
    return all.stream()
        .map(s -> new Act(s.label(), has(s) ? each * s.weight() : 0, step -> play(s, step)))
        .toList();
  }

  private boolean has(Situation situation) {
    return settings.has(Trouble.SITUATIONS) && situation.kinds().stream().allMatch(settings::has);
  }

  private void play(Situation situation, Choices step) {
    new Stage(
            settings,
            group,
            machines,
            requests,
            membership,
            proposals,
            goals,
            occasion -> act(occasion, weightsMeanwhile),
            step.part(situation.label()))
        .play(situation);
  }

  private void act(Choices occasion, int... weightsOfActs) {
    int act = occasion.oneOf(labels, weightsOfActs);
    if (act >= 0) {
      acts.get(act).action.accept(occasion);
    }
  }

  private Consumer<Choices> onNode(LongConsumer action) {
    return step -> {
      SimNode node = step.of("node", group.nodes());
      if (node.isUp()) {
        group.whenUnblocked(node.id(), () -> action.accept(node.id()));
      }
    };
  }

  private void resign() {
    for (SimNode leader : group.nodes()) {
      if (leader.isLeader()) {
        group.whenUnblocked(leader.id(), () -> group.resign(leader.id()));
      }
    }
  }

  private void compact() {
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        group.whenUnblocked(node.id(), () -> group.compact(node.id()));
      }
    }
  }

  /** Ends all trouble for a while. Without this act, many runs never commit a command. */
  private void calm(Choices step) {
    group.network().conditions(Conditions.RELIABLE);
    network.heal();
    for (SimNode node : group.nodes()) {
      machines.mend(node);
      if (!node.isUp()) {
        machines.start(node.id());
      }
    }
    group.run(step.of("millis", List.of(500L, 1_500L, 3_000L)));
  }

  void run() {
    for (int i = 1; i <= steps; i++) {
      pause(choices.at("before step %", i));
      act(choices.at("step %", i), weights);
    }
    isTame = goals.commands() == 0 || !hasTrouble();
    membership.end();
    new Recovery(
            group, settings, lastChange, lostWrites, machines, requests, proposals, this::level)
        .run();
    goals.add(group);
  }

  /** Checks members that have applied all entries of their logs. */
  private void level(List<SimNode> members) {
    members.forEach(member -> outcomes.checkAllEnded(member.id()));
    clients.askAll(members);
    isHistoryDecided = clients.check();
  }

  /**
   * Lets time pass. By choice, it then reads from the leaders that are most likely to answer
   * wrongly: a new leader, which may not know yet what is committed, and an old leader that does
   * not know of its successor.
   */
  private void pause(Choices pause) {
    long elections = goals.elections();
    int millis = pause.upTo("millis", USUAL_PAUSE, MAX_PAUSE);
    boolean isNew = group.runUntil(() -> goals.elections() > elections, millis);
    List<SimNode> leaders = group.nodes().stream().filter(SimNode::isLeader).toList();
    if ((isNew || leaders.size() > 1) && pause.percent("read", 67)) {
      leaders.forEach(leader -> requests.readFrom(leader, pause));
    }
  }
}
