package io.tickraft.testkit.labs.mit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** MIT 6.824 lab 2B (3B since 2024): log replication. */
class Part2BTest {

  @Test
  void basicAgree2B() {
    Lab.overSeeds(
        3,
        lab -> {
          for (int index = 1; index <= 3; index++) {
            assertThat(lab.applied(index)).isZero();
            assertThat(lab.agree(index * 100L, 3, false)).isEqualTo(index);
          }
        });
  }

  @Test
  void rpcBytes2B() {
    Lab.overSeeds(
        3,
        lab -> {
          lab.agree(99, 3, false);
          long before = lab.group.network().bytes();
          int payload = 5000;
          int commands = 10;
          for (int i = 0; i < commands; i++) {
            byte[] bytes = new byte[payload];
            for (int b = 0; b < payload; b++) {
              bytes[b] = (byte) (i + b);
            }
            assertThat(lab.agree(ByteString.copyFrom(bytes), 3, false)).isEqualTo(2L + i);
          }
          // Each command travels to each node once.
          long sent = lab.group.network().bytes() - before;
          assertThat(sent).isLessThanOrEqualTo(3L * commands * payload + 50_000);
        });
  }

  @Test
  void followerFailure2B() {
    Lab.overSeeds(
        3,
        lab -> {
          lab.agree(101, 3, false);
          long first = lab.oneLeader();
          lab.disconnect(lab.after(first, 1));
          lab.agree(102, 2, false);
          lab.sleep(Lab.ELECTION_MILLIS);
          lab.agree(103, 2, false);
          long second = lab.oneLeader();
          lab.disconnect(lab.after(second, 1), lab.after(second, 2));
          assertThat(lab.offer(second, Lab.command(104))).hasValue(4);
          lab.sleep(2 * Lab.ELECTION_MILLIS);
          assertThat(lab.applied(4)).isZero();
        });
  }

  @Test
  void leaderFailure2B() {
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            lab -> {
              lab.agree(101, 3, false);
              lab.disconnect(lab.oneLeader());
              lab.agree(102, 2, false);
              lab.sleep(Lab.ELECTION_MILLIS);
              lab.agree(103, 2, false);
              lab.disconnect(lab.oneLeader());
              for (long id = 1; id <= 3; id++) {
                lab.offer(id, Lab.command(104));
              }
              lab.sleep(2 * Lab.ELECTION_MILLIS);
              assertThat(lab.applied(4)).isZero();
            });
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(totals.runs);
  }

  @Test
  void failAgree2B() {
    Lab.overSeeds(
        3,
        lab -> {
          lab.agree(101, 3, false);
          long leader = lab.oneLeader();
          lab.disconnect(lab.after(leader, 1));
          lab.agree(102, 2, false);
          lab.agree(103, 2, false);
          lab.sleep(Lab.ELECTION_MILLIS);
          lab.agree(104, 2, false);
          lab.agree(105, 2, false);
          lab.connect(lab.after(leader, 1));
          lab.agree(106, 3, true);
          lab.sleep(Lab.ELECTION_MILLIS);
          lab.agree(107, 3, true);
        });
  }

  @Test
  void failNoAgree2B() {
    Lab.overSeeds(
        5,
        lab -> {
          lab.agree(10, 5, false);
          long leader = lab.oneLeader();
          lab.disconnect(lab.after(leader, 1), lab.after(leader, 2), lab.after(leader, 3));
          assertThat(lab.offer(leader, Lab.command(20))).hasValue(2);
          lab.sleep(2 * Lab.ELECTION_MILLIS);
          assertThat(lab.applied(2)).isZero();
          lab.connectAll();
          long next = lab.oneLeader();
          OptionalLong index = lab.offer(next, Lab.command(30));
          assertThat(index).isPresent();
          // The command of the minority may have been kept or not.
          assertThat(index.getAsLong()).isBetween(2L, 3L);
          lab.agree(1000, 5, true);
        });
  }

  @Test
  void concurrentStarts2B() {
    Lab.overSeeds(
        3,
        lab -> {
          boolean agreed = false;
          for (int attempt = 0; attempt < 5 && !agreed; attempt++) {
            if (attempt > 0) {
              lab.sleep(3000);
            }
            agreed = startsTogether(lab);
          }
          assertThat(agreed).as("five commands of one term within five attempts").isTrue();
        });
  }

  private static boolean startsTogether(Lab lab) {
    long leader = lab.oneLeader();
    long term = lab.group.node(leader).status().term();
    List<ByteString> commands = LongStream.range(100, 105).mapToObj(Lab::command).toList();
    List<Long> indexes = new ArrayList<>();
    for (ByteString command : commands) {
      lab.offer(leader, command).ifPresent(indexes::add);
    }
    List<ByteString> applied = new ArrayList<>();
    for (long index : indexes) {
      if (!lab.waitApplied(index, 3, term)) {
        return false;
      }
      applied.add(lab.appliedCommand(index));
    }
    assertThat(applied).containsExactlyElementsOf(commands);
    return true;
  }

  @Test
  void rejoin2B() {
    Lab.Totals totals =
        Lab.overSeeds(
            3,
            lab -> {
              lab.agree(101, 3, true);
              long first = lab.oneLeader();
              lab.disconnect(first);
              for (long number = 102; number <= 104; number++) {
                assertThat(lab.offer(first, Lab.command(number))).isPresent();
              }
              lab.agree(103, 2, true);
              long second = lab.oneLeader();
              lab.disconnect(second);
              lab.connect(first);
              lab.agree(104, 2, true);
              lab.connect(second);
              lab.agree(105, 3, true);
            });
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(totals.runs);
  }

  @Test
  void backup2B() {
    Lab.Totals totals =
        Lab.overSeeds(
            5,
            lab -> {
              lab.agree(5);
              long first = lab.oneLeader();
              long partner = lab.after(first, 1);
              long[] others = {lab.after(first, 2), lab.after(first, 3), lab.after(first, 4)};
              lab.disconnect(others);
              offerFifty(lab, first);
              lab.sleep(Lab.ELECTION_MILLIS / 2);
              lab.disconnect(first, partner);
              lab.connect(others);
              agreeOnFifty(lab);
              long second = lab.oneLeader();
              long apart = others[0] == second ? others[1] : others[0];
              lab.disconnect(apart);
              offerFifty(lab, second);
              lab.sleep(Lab.ELECTION_MILLIS / 2);
              lab.disconnect(others);
              lab.connect(first, partner, apart);
              agreeOnFifty(lab);
              lab.connectAll();
              lab.agree(5);
            });
    assertThat(totals.iterations).isEqualTo(200 * totals.runs);
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(2 * totals.runs);
  }

  private static void offerFifty(Lab lab, long leader) {
    for (int i = 0; i < 50; i++) {
      lab.iteration();
      assertThat(lab.offer(leader, lab.value())).isPresent();
    }
  }

  private static void agreeOnFifty(Lab lab) {
    for (int i = 0; i < 50; i++) {
      lab.iteration();
      lab.agree(3);
    }
  }

  @Test
  void count2B() {
    Lab.overSeeds(
        3,
        lab -> {
          lab.oneLeader();
          assertThat(lab.group.network().requests())
              .as("requests of an election")
              .isBetween(1L, 30L);
          boolean counted = false;
          for (int attempt = 0; attempt < 5 && !counted; attempt++) {
            counted = countRequests(lab);
          }
          assertThat(counted).as("twelve commands of one term within five attempts").isTrue();
          long before = lab.group.network().requests();
          lab.sleep(Lab.ELECTION_MILLIS);
          long idle = lab.group.network().requests() - before;
          assertThat(idle).as("requests of an idle second").isBetween(1L, 60L);
        });
  }

  private static boolean countRequests(Lab lab) {
    long leader = lab.oneLeader();
    long term = lab.group.node(leader).status().term();
    long before = lab.group.network().requests();
    List<ByteString> commands = LongStream.range(0, 12).mapToObj(i -> lab.value()).toList();
    long start = lab.commandsInLog(leader);
    // Proposed before one Ready is taken, they share an append to each follower.
    if (!(lab.group.propose(leader, commands) instanceof ProposeResult.Accepted)) {
      return false;
    }
    for (int i = 1; i <= commands.size(); i++) {
      if (!lab.waitApplied(start + i, 3, term)) {
        return false;
      }
      assertThat(lab.appliedCommand(start + i)).isEqualTo(commands.get(i - 1));
    }
    assertThat(lab.group.node(leader).status().role()).isEqualTo(RoleName.LEADER);
    long requests = lab.group.network().requests() - before;
    assertThat(requests).as("requests for twelve commands").isBetween(1L, (10L + 1 + 3) * 3);
    return true;
  }
}
