package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import java.util.List;
import java.util.Optional;

/** Situations in which requests are outstanding while leaders change and nodes restart. */
final class RequestSituations {

  static final List<Situation> ALL =
      List.of(
          new Situation(
              "read over a restart",
              2,
              List.of(Trouble.CRASHES, Trouble.UNRELIABLE_NETWORK),
              RequestSituations::readOverRestart),
          new Situation("read over an election", 3, RequestSituations::readOverElection),
          new Situation("forward over an election", 3, RequestSituations::forwardOverElection));

  private RequestSituations() {}

  /**
   * A node is asked for reads, and restarts before they end. It is asked again, and late answers to
   * its earlier requests arrive.
   */
  static void readOverRestart(Stage stage, Cast cast) {
    SimNode node = stage.choices.percent("of the leader", 25) ? cast.leader() : cast.other(0);
    stage.group.network().conditions(Conditions.RELIABLE.withDelay(0, 200).withDuplicates(20));
    for (int i = stage.choices.next("more restarts", 3); i >= 0; i--) {
      stage.read(node);
      stage.pause(0, 50, 150);
      stage.restart(node);
      stage.read(node);
      stage.propose(cast.leader(), 1);
    }
    stage.pause(0, 300);
    stage.read(node);
  }

  /**
   * A leader and a follower are asked for reads. The leader is cut off; in a group of five or more
   * voters, that follower is cut off with it. Both are asked again when a later leader has
   * committed more.
   */
  static void readOverElection(Stage stage, Cast cast) {
    SimNode old = cast.leader();
    SimNode follower = cast.other(0);
    long term = Stage.term(old);
    stage.read(follower);
    stage.read(old);
    stage.pause(0, 1, 50);
    stage.isolate(cast.voters() < 5 ? List.of(old) : List.of(old, follower));
    stage.read(old);
    stage.read(follower);
    Optional<SimNode> next = stage.awaitLeaderAfter(term);
    stage.read(old);
    next.ifPresent(stage::commit);
    stage.read(old);
    stage.read(follower);
    if (stage.choices.percent("one way", 50)) {
      // The heartbeats of the old leader arrive, but it receives nothing from the others.
      stage.group.network().heal();
      cast.others().forEach(node -> stage.group.network().cut(node.id(), old.id()));
      stage.pause(100, 500);
      stage.read(old);
    }
    stage.heal();
    stage.read(follower);
    stage.pause(0, 200);
  }

  /** Followers get proposals, which they forward. Their leader is cut off and replaced. */
  static void forwardOverElection(Stage stage, Cast cast) {
    SimNode old = cast.leader();
    long term = Stage.term(old);
    stage.group.network().conditions(Conditions.RELIABLE.withDelay(0, 100).withDuplicates(20));
    cast.others().forEach(stage::propose);
    stage.pause(0, 10, 50);
    stage.isolate(old);
    cast.others().forEach(stage::propose);
    stage.awaitLeaderAfter(term);
    cast.others().forEach(stage::propose);
    stage.heal();
    stage.propose(old);
    stage.pause(100, 500);
  }
}
