package io.tickraft.testkit.fuzz;

import io.tickraft.core.LogId;
import io.tickraft.testkit.sim.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Situations in which one leader follows another. */
final class LeaderSituations {

  static final List<Situation> ALL =
      List.of(
          new Situation("overthrow", 3, LeaderSituations::overthrow),
          new Situation("lose the quorum", 2, LeaderSituations::loseTheQuorum),
          new Situation("restart all", 1, List.of(Trouble.CRASHES), LeaderSituations::restartAll),
          new Situation(
              "transfer against a campaign",
              3,
              List.of(Trouble.TRANSFERS),
              LeaderSituations::transferRace),
          new Situation("leader as before", 5, LeaderSituations::leaderAsBefore),
          new Situation("figure eight", 5, LeaderSituations::figureEight));

  private LeaderSituations() {}

  /**
   * The leader is cut off, alone or with a minority, and gets proposals. The others elect the next
   * leader. Then the links are restored, and the logs conflict. By choice, the next leader compacts
   * its log before that, so that its snapshot has to replace the conflicting entries.
   */
  static void overthrow(Stage stage, Cast cast) {
    SimNode old = cast.leader();
    long term = Stage.term(old);
    boolean behindSnapshot = stage.choices.percent("drop the log", 33);
    List<SimNode> minority = new ArrayList<>(List.of(old));
    minority.addAll(
        cast.others().subList(0, stage.choices.next("with the leader", (cast.voters() - 1) / 2)));
    stage.isolate(minority);
    stage.stall(minority.get(minority.size() - 1), 33, 4_000);
    stage.propose(old);
    LogId end = Stage.status(old).map(status -> status.last()).orElse(LogId.NONE);
    Optional<SimNode> next = stage.awaitLeaderAfter(term);
    stage.read(old);
    if (next.isPresent()) {
      stage.propose(old, 1);
      stage.commit(next.get());
      if (behindSnapshot) {
        stage.commit(next.get());
        stage.compact(next.get());
      }
    }
    stage.heal();
    if (next.isPresent() && stage.await(() -> !Stage.holds(old, end))) {
      stage.reached("leader overthrown");
    }
  }

  /**
   * All links of the voters are cut for some time. The leader gets proposals and reads meanwhile.
   */
  static void loseTheQuorum(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    long term = Stage.term(leader);
    for (SimNode node : cast.all()) {
      stage.isolate(node);
    }
    stage.propose(leader);
    stage.read(leader);
    stage.pause(500, 900, 1_500, 3_000);
    stage.heal();
    stage.commitSoon();
    boolean leadsOn = Stage.leadsSince(leader, term) && Stage.term(leader) == term;
    stage.reached(leadsOn ? "leader leads on without a quorum" : "quorum lost and regained");
  }

  /** All nodes crash soon after a proposal, and start again one by one. */
  static void restartAll(Stage stage, Cast cast) {
    stage.propose(cast.leader());
    stage.pause(0, 1, 20);
    List<SimNode> all = new ArrayList<>(stage.group.nodes());
    for (SimNode node : all) {
      if (node.isUp()) {
        stage.group.crash(node.id());
      }
    }
    for (SimNode node : all) {
      stage.machines.start(node.id());
      stage.pause(0, 50, 1_500);
    }
    if (stage.commitSoon()) {
      stage.reached("whole group restarted");
    }
  }

  /** The leader transfers its leadership to a node while another node campaigns. */
  static void transferRace(Stage stage, Cast cast) {
    SimNode rival = cast.other(1);
    stage.propose(cast.leader(), 1);
    stage.requests.transfer(cast.leader().id(), cast.other(0).id());
    stage.pause(0, 1, 100);
    stage.campaign(rival);
    stage.pause(0, 1, 100, 1_000);
    stage.campaign(cast.other(0));
    stage.commitSoon();
  }

  /**
   * An entry of the first leader reaches one node, is overwritten there by the second leader, and
   * is written there again by the first leader in its next term (an ABA problem). By choice, the
   * disk of that node stalls meanwhile, so that it completes writes that are already overwritten.
   */
  static void leaderAsBefore(Stage stage, Cast cast) {
    SimNode first = cast.leader();
    SimNode second = cast.other(0);
    SimNode witness = cast.other(1);
    List<SimNode> rest = cast.othersFrom(2);
    stage.stall(witness, 67, 3_000);
    Optional<LogId> entry = stage.proposeTo(first, witness);
    if (entry.isEmpty() || !stage.elect(second, cast.othersFrom(1))) {
      return;
    }
    // The second leader's entry reaches the witness only.
    LogId overwriting = second.status().last();
    stage.star(second, List.of(witness));
    if (!stage.await(() -> Stage.holds(witness, overwriting)) || !stage.elect(first, rest)) {
      return;
    }
    stage.star(first, cast.othersFrom(1));
    if (stage.await(() -> Stage.holds(witness, entry.get()))) {
      stage.reached("entry written again after it was overwritten");
    }
  }

  /**
   * The situation of figure 8 in the Raft paper: an entry of an earlier term is on a majority of
   * the nodes, is not committed, and is overwritten.
   */
  static void figureEight(Stage stage, Cast cast) {
    SimNode first = cast.leader();
    SimNode second = cast.other(0);
    SimNode fifth = cast.other(1);
    SimNode third = cast.other(2);
    List<SimNode> rest = cast.othersFrom(2);
    Optional<LogId> entry = stage.proposeTo(first, second);
    if (entry.isEmpty() || !stage.elect(fifth, rest)) {
      return;
    }
    // The fifth node now has an entry that no other node gets. The first node leads again.
    if (!stage.elect(first, cast.othersFrom(2))) {
      return;
    }
    stage.star(first, List.of(third));
    if (!stage.awaitWritten(third, entry.get())) {
      return;
    }
    boolean onMajority = Stage.holds(first, entry.get()) && Stage.holds(second, entry.get());
    List<SimNode> voters = new ArrayList<>(cast.othersFrom(3));
    voters.add(second);
    if (!stage.elect(fifth, voters)) {
      return;
    }
    if (stage.await(() -> !Stage.holds(second, entry.get())) && onMajority) {
      stage.reached("entry of an earlier term overwritten on a majority");
    }
  }
}
