package io.tickraft.testkit.fuzz;

import io.tickraft.core.RoleName;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import java.util.List;

/** Situations in which a follower's log is behind: snapshots, and limits that are reached. */
final class LogSituations {

  static final List<Situation> ALL =
      List.of(
          new Situation("two snapshots", 2, LogSituations::twoSnapshots),
          new Situation("campaign from behind", 3, LogSituations::campaignFromBehind),
          new Situation("slow follower", 2, List.of(Trouble.DISKS), LogSituations::slowFollower));

  private LogSituations() {}

  /**
   * A follower needs several snapshots, one after the other, of increasing indexes. Delays let an
   * earlier snapshot arrive late, or after a later one. By choice, the follower's answers do not
   * arrive.
   */
  static void twoSnapshots(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    SimNode follower = cast.other(0);
    stage.isolate(follower);
    if (!stage.dropLogBefore(leader, follower)) {
      return;
    }
    stage
        .group
        .network()
        .conditions(
            Conditions.RELIABLE
                .withDelay(0, stage.choices.of("delay", List.of(20, 500, 2_000)))
                .withDuplicates(30));
    stage.heal();
    if (stage.choices.percent("no answers", 33)) {
      stage.group.network().cut(follower.id(), leader.id());
    }
    stage.pause(200, 1_000);
    for (int i = stage.choices.next("more snapshots", 3); i >= 0; i--) {
      stage.dropLogBefore(leader, follower);
      stage.pause(300, 1_000);
    }
    stage.heal();
    stage.pause(100, 1_000);
  }

  /**
   * A follower lacks entries that the others have compacted. Then the leader is cut off, and the
   * follower campaigns.
   */
  static void campaignFromBehind(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    SimNode behind = cast.other(0);
    long term = Stage.term(leader);
    stage.isolate(behind);
    stage.commit(leader);
    stage.commit(leader);
    stage.pause(0, 100);
    cast.all().stream().filter(node -> node != behind).forEach(stage::compact);
    stage.heal();
    stage.isolate(leader);
    stage.pause(0, 1_200);
    stage.campaign(behind);
    if (Stage.term(behind) > 0
        && (behind.status().role() == RoleName.CANDIDATE
            || behind.status().role() == RoleName.PRE_CANDIDATE)
        && Stage.last(behind) < cast.other(1).storage().firstIndex() - 1) {
      stage.reached("campaign from behind a snapshot");
    }
    stage.awaitLeaderAfter(term);
  }

  /** A follower's disk stalls while its leader gets many proposals, so that limits are reached. */
  static void slowFollower(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    stage.stall(cast.other(0), 100, 1_500);
    stage.stall(leader, 25, 1_000);
    for (int i = 0; i < 4; i++) {
      stage.propose(leader, 4);
      stage.read(leader);
      stage.meanwhile();
      stage.pause(5, 50, 200);
    }
  }
}
