package io.tickraft.testkit.explore;

import static io.tickraft.testkit.explore.EventKind.CAMPAIGN;
import static io.tickraft.testkit.explore.EventKind.CHANGE;
import static io.tickraft.testkit.explore.EventKind.COMPACT;
import static io.tickraft.testkit.explore.EventKind.CRASH;
import static io.tickraft.testkit.explore.EventKind.DUPLICATE;
import static io.tickraft.testkit.explore.EventKind.ENTRIES_NOT_YET;
import static io.tickraft.testkit.explore.EventKind.FORGET_LEADER;
import static io.tickraft.testkit.explore.EventKind.PROPOSE;
import static io.tickraft.testkit.explore.EventKind.READ;
import static io.tickraft.testkit.explore.EventKind.SNAPSHOT_NOT_YET;
import static io.tickraft.testkit.explore.EventKind.TICK;
import static io.tickraft.testkit.explore.EventKind.TRANSFER;
import static io.tickraft.testkit.explore.EventKind.UNREACHABLE;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An exploration of the core with a name. Each is about one part of the protocol, and has bounds
 * that a machine exhausts in seconds. Together they try every kind of event.
 *
 * @param name the name, in lower case with hyphens
 * @param description its events, in a few words
 * @param exploration the exploration
 */
public record NamedExploration(String name, String description, Exploration exploration) {

  /** Without pre-votes and quorum checks, fewer events lead to the same conflicts. */
  private static final Exploration PLAIN =
      Exploration.of(3).configuration(config -> config.preVote(false).checkQuorum(false));

  private static final Exploration DEFAULT = Exploration.of(3);

  /**
   * Node 1 leads and has compacted its log. Node 3 lacks the last entry, so it needs a snapshot.
   */
  private static final Prelude BEHIND =
      Prelude.leader().propose(1).deliverAmong(1, 2).loseAll().compact(1);

  /** The same without the compaction: node 3 can still get the last entry from the log. */
  private static final Prelude LAGGING = Prelude.leader().propose(1).deliverAmong(1, 2).loseAll();

  private static final ConfChange ADD_LEARNER =
      change(single(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, 4));

  private static final List<NamedExploration> ALL =
      List.of(
          of("election", "two campaigns", PLAIN.allow(CAMPAIGN, 2)),
          of(
              "election-crash",
              "two campaigns and a crash, at most 4 messages in flight",
              PLAIN.allow(CAMPAIGN, 2).allow(CRASH, 1).inFlight(4)),
          of(
              "election-five",
              "one campaign among five voters, and one message arrives twice",
              Exploration.of(5)
                  .configuration(config -> config.preVote(false).checkQuorum(false))
                  .allow(CAMPAIGN, 1)
                  .allow(DUPLICATE, 1)),
          of(
              "pre-vote",
              "two campaigns with pre-votes and leases, at most 6 messages in flight",
              DEFAULT.allow(CAMPAIGN, 2).inFlight(6)),
          of(
              "replication",
              "a command, a tick, and one message arrives twice",
              PLAIN
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 1)
                  .allow(TICK, 1)
                  .allow(DUPLICATE, 1)),
          of(
              "pipeline",
              "two commands, and one message arrives twice, at most 4 messages in flight",
              PLAIN.startAfter(Prelude.leader()).allow(PROPOSE, 2).allow(DUPLICATE, 1).inFlight(4)),
          of(
              "limits",
              "three commands, while an append has one entry and one append is in flight,"
                  + " at most 3 messages in flight",
              PLAIN
                  .configuration(
                      config ->
                          config
                              .preVote(false)
                              .checkQuorum(false)
                              .maxAppendBytes(1)
                              .maxInflightAppends(1)
                              .maxUncommittedEntries(2))
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 3)
                  .inFlight(3)),
          of(
              "four-voters",
              "two campaigns among four voters, at most 5 messages in flight",
              Exploration.of(4)
                  .configuration(config -> config.preVote(false).checkQuorum(false))
                  .allow(CAMPAIGN, 2)
                  .inFlight(5)),
          of(
              "unreachable",
              "a command, a tick, and a report that a node cannot be reached",
              PLAIN
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 1)
                  .allow(TICK, 1)
                  .allow(UNREACHABLE, 1)),
          of(
              "overthrow",
              "a command and a campaign against the leader",
              PLAIN.startAfter(Prelude.leader()).allow(PROPOSE, 1).allow(CAMPAIGN, 1)),
          of(
              "figure-8",
              "two campaigns while the leader's last entry is on no other node,"
                  + " at most 5 messages in flight",
              PLAIN
                  .startAfter(Prelude.leader().propose(1).loseAll())
                  .allow(CAMPAIGN, 2)
                  .inFlight(5)),
          of(
              "longer-tail",
              "a command and a tick, while the old leader has more entries than the new one,"
                  + " at most 6 messages in flight",
              PLAIN
                  .startAfter(
                      Prelude.leader()
                          .propose(1)
                          .propose(1)
                          .loseAll()
                          .campaign(2)
                          .deliverAmong(2, 3))
                  .allow(PROPOSE, 1)
                  .allow(TICK, 1)
                  .inFlight(6)),
          of(
              "figure-8-crash",
              "the same with a crash, at most 3 messages in flight",
              PLAIN
                  .startAfter(Prelude.leader().propose(1).loseAll())
                  .allow(CAMPAIGN, 2)
                  .allow(CRASH, 1)
                  .inFlight(3)),
          of(
              "snapshot",
              "a node that needs a snapshot, a command, two ticks, at most 3 messages in flight",
              PLAIN.startAfter(BEHIND).allow(PROPOSE, 1).allow(TICK, 2).inFlight(3)),
          of(
              "snapshot-twice",
              "a node that needs a snapshot, two ticks, and one message arrives twice",
              PLAIN.startAfter(BEHIND).allow(TICK, 2).allow(DUPLICATE, 1)),
          of(
              "snapshot-campaign",
              "a node that needs a snapshot, a tick and a campaign",
              PLAIN.startAfter(BEHIND).allow(TICK, 1).allow(CAMPAIGN, 1)),
          of(
              "snapshot-late",
              "a node that needs a snapshot, which arrives twice, a command and a tick,"
                  + " at most 4 messages in flight",
              PLAIN
                  .startAfter(BEHIND)
                  .allow(PROPOSE, 1)
                  .allow(TICK, 1)
                  .allow(DUPLICATE, 1)
                  .inFlight(4)),
          of(
              "compaction",
              "a command, a tick, and two nodes compact, at most 4 messages in flight",
              PLAIN
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 1)
                  .allow(TICK, 1)
                  .allow(COMPACT, 2)
                  .inFlight(4)),
          of(
              "join",
              "a fourth voter joins, at most 4 messages in flight",
              PLAIN
                  .joiners(1)
                  .startAfter(Prelude.leader())
                  .changes(add(4))
                  .allow(CHANGE, 1)
                  .allow(TICK, 1)
                  .inFlight(4)),
          of(
              "replacement",
              "a joint change replaces a voter, at most 6 messages in flight",
              PLAIN
                  .joiners(1)
                  .startAfter(Prelude.leader())
                  .changes(replace(4, 3))
                  .allow(CHANGE, 1)
                  .inFlight(6)),
          of(
              "joint-campaign",
              "a joint change removes two voters, and a node campaigns,"
                  + " at most 5 messages in flight",
              PLAIN
                  .startAfter(Prelude.leader())
                  .changes(remove(1, 2))
                  .allow(CHANGE, 1)
                  .allow(CAMPAIGN, 1)
                  .inFlight(5)),
          of(
              "removal",
              "the leader is removed, and a node campaigns",
              PLAIN
                  .startAfter(Prelude.leader())
                  .changes(remove(1))
                  .allow(CHANGE, 1)
                  .allow(CAMPAIGN, 1)),
          of(
              "two-removals",
              "two nodes are removed one after the other, and a node campaigns,"
                  + " at most 4 messages in flight",
              PLAIN
                  .startAfter(Prelude.leader())
                  .changes(remove(1), remove(2))
                  .allow(CHANGE, 2)
                  .allow(CAMPAIGN, 1)
                  .inFlight(4)),
          of(
              "read",
              "a read and a campaign, at most 5 messages in flight",
              PLAIN.startAfter(Prelude.leader()).allow(READ, 1).allow(CAMPAIGN, 1).inFlight(5)),
          of(
              "read-new-leader",
              "a command, a campaign and a read, at most 3 messages in flight",
              PLAIN
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 1)
                  .allow(CAMPAIGN, 1)
                  .allow(READ, 1)
                  .inFlight(3)),
          of(
              "read-lease",
              "a read, a command, and a campaign of a node that has forgotten its leader,"
                  + " at most 3 messages in flight",
              DEFAULT
                  .startAfter(Prelude.leader())
                  .allow(READ, 1)
                  .allow(PROPOSE, 1)
                  .allow(CAMPAIGN, 1)
                  .allow(FORGET_LEADER, 2)
                  .inFlight(3)),
          of(
              "transfer",
              "a transfer of leadership and a command",
              DEFAULT.startAfter(Prelude.leader()).allow(TRANSFER, 1).allow(PROPOSE, 1)),
          of(
              "slow-disk",
              "a command and a crash, while hosts take, write and apply at any time",
              PLAIN.splitReadys().startAfter(Prelude.leader()).allow(PROPOSE, 1).allow(CRASH, 1)),
          of(
              "slow-disk-two",
              "two commands and a crash in a group of two, while hosts take two Readys, write and apply"
                  + " at any time, at most 2 messages in flight",
              Exploration.of(2)
                  .configuration(
                      config -> config.preVote(false).checkQuorum(false).maxOutstandingReadys(2))
                  .splitReadys()
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 2)
                  .allow(CRASH, 1)
                  .inFlight(2)),
          of(
              "slow-disk-election",
              "two campaigns and a crash in a group of two, while hosts take, write and apply at any"
                  + " time",
              Exploration.of(2)
                  .configuration(config -> config.preVote(false).checkQuorum(false))
                  .splitReadys()
                  .allow(CAMPAIGN, 2)
                  .allow(CRASH, 1)),
          of(
              "slow-reads",
              "a node that lags, a command, two ticks, while a storage reads entries slowly,"
                  + " at most 3 messages in flight",
              PLAIN
                  .startAfter(LAGGING)
                  .allow(PROPOSE, 1)
                  .allow(TICK, 2)
                  .allow(ENTRIES_NOT_YET, 1)
                  .inFlight(3)),
          of(
              "slow-snapshot",
              "a node that needs a snapshot, a command, two ticks, while a storage reads its snapshot"
                  + " slowly, at most 3 messages in flight",
              PLAIN
                  .startAfter(BEHIND)
                  .allow(PROPOSE, 1)
                  .allow(TICK, 2)
                  .allow(SNAPSHOT_NOT_YET, 1)
                  .inFlight(3)),
          of(
              "slow-reads-crash",
              "a command, a campaign and a crash in a group of two, while storages read entries"
                  + " slowly, two times",
              Exploration.of(2)
                  .configuration(config -> config.preVote(false).checkQuorum(false))
                  .startAfter(Prelude.leader().propose(1).deliverAll())
                  .allow(PROPOSE, 1)
                  .allow(CAMPAIGN, 1)
                  .allow(CRASH, 1)
                  .allow(ENTRIES_NOT_YET, 2)),
          of(
              "learner",
              "a learner joins and is made a voter, at most 4 messages in flight",
              PLAIN
                  .joiners(1)
                  .startAfter(Prelude.leader().change(1, ADD_LEARNER).deliverAmong(1, 2, 3))
                  .changes(ADD_LEARNER, add(4))
                  .allow(CHANGE, 1)
                  .allow(CAMPAIGN, 1)
                  .inFlight(4)),
          of(
              "forwarding",
              "a follower passes a command on while another node campaigns,"
                  + " at most 5 messages in flight",
              PLAIN
                  .configuration(
                      config -> config.preVote(false).checkQuorum(false).forwardProposals(true))
                  .startAfter(Prelude.leader())
                  .allow(PROPOSE, 1)
                  .allow(CAMPAIGN, 1)
                  .inFlight(5)),
          of(
              "priority",
              "two campaigns of nodes with different priorities, at most 5 messages in flight",
              PLAIN
                  .configuration((config, id) -> config.priority(id))
                  .allow(CAMPAIGN, 2)
                  .inFlight(5)));

  private static NamedExploration of(String name, String description, Exploration exploration) {
    return new NamedExploration(name, description, exploration);
  }

  /** {@return all named explorations} */
  public static List<NamedExploration> all() {
    return ALL;
  }

  /**
   * Finds an exploration by its name.
   *
   * @param name the name
   * @return the exploration; empty if none has that name
   */
  public static Optional<NamedExploration> named(String name) {
    return ALL.stream().filter(one -> one.name.equals(name)).findFirst();
  }

  private static ConfChange add(long voter) {
    return change(single(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, voter));
  }

  private static ConfChange replace(long joining, long leaving) {
    return change(
        single(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, joining),
        single(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, leaving));
  }

  private static ConfChange remove(long... voters) {
    return change(
        Arrays.stream(voters)
            .mapToObj(voter -> single(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, voter))
            .toArray(ConfChangeSingle[]::new));
  }

  private static ConfChangeSingle single(ConfChangeType type, long node) {
    return ConfChangeSingle.newBuilder().setType(type).setNode(node).build();
  }

  private static ConfChange change(ConfChangeSingle... changes) {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO)
        .addAllChanges(Arrays.asList(changes))
        .build();
  }
}
