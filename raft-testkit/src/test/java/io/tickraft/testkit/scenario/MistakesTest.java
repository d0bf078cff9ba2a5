package io.tickraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mistake in a file is reported with its line and the reason. */
class MistakesTest {

  private static void fails(String text, String message) {
    assertThatThrownBy(() -> Scenario.parse("story.txt", text).rewritten())
        .isInstanceOf(ScenarioException.class)
        .hasMessageStartingWith("story.txt:" + message);
  }

  /** Each in line 4, after a cluster of three of which node 3 is down. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          fly 1                       @ unknown command: fly; known are acknowledge, applied, apply,
          deliver kinds=Vote          @ deliver: unknown option: kinds
          deliver kind=Voting         @ deliver: kind: unknown kind of message: Voting; known are Append,
          deliver from=x              @ deliver: from: a number from 1, not x
          deliver first=-1            @ deliver: first: a number from 0 to 2147483647, not -1
          deliver pick=4              @ deliver: pick: 4 of 0 messages
          deliver order=random        @ deliver: order: reverse, not random
          deliver Vote                @ deliver: not the name of a message, such as "Append 1→2 t2 #1": Vote
          acknowledge 1               @ acknowledge: node 1 has no complete write to acknowledge
          write 1                     @ write: node 1 has no write in flight
          propose 1 hex=0             @ propose: hex: pairs of hexadecimal digits, not 0
          propose 1 a hex=00          @ propose: missing: either data, or the number of bytes=, or digits hex=
          crash 1 parts=1             @ crash: parts: a number from 0 to 0, not 1
          campaign                    @ campaign: missing: a node
          campaign 7                  @ campaign: unknown node: 7; there are [1, 2, 3]
          campaign 3                  @ campaign: node 3 is down
          campaign x                  @ campaign: node: a number from 1, not x
          campaign 1 2                @ campaign: unexpected: 2
          tick                        @ tick: missing: nodes, such as 1 or 1,3 or all
          tick 1,3                    @ tick: node 3 is down
          tick 1 0                    @ tick: how many ticks: a number from 1 to 100000, not 0
          run many                    @ run: how many ticks: a number from 1 to 100000, not many
          propose 1                   @ propose: missing: either data, or the number of bytes=, or digits hex=
          propose 1 a bytes=2         @ propose: missing: either data, or the number of bytes=, or digits hex=
          propose 1 "a                @ a quote is not closed
          cluster 3                   @ cluster: there is a node 1
          cluster 100                 @ cluster: how many nodes: a number from 1 to 99, not 100
          node 4                      @ node: missing: voters=..., or joining
          node 4 voters=1..           @ node: voters: a number from 1 to 100, not
          node 4 color=red            @ node: unknown option: color; a node has accept-forwarded-proposals,
          node 4 voters=1 pre-vote=1  @ node: pre-vote: on or off, not 1
          node 4 voters=1 host=slow   @ node: host: at-once, apply-later or manual, not slow
          node 4 voters=1 log=2,1     @ node: log: entries must be contiguous
          node 4 voters=1 log=2*x     @ node: log: a number from 1 to 1000, not x
          node 4 voters=1 snapshot=5  @ node: snapshot: (term,index), not 5
          node 4 voters=1 term=0      @ node: term: a number from 1, not 0
          node 4 voters=1 commit=2    @ node: commit: a number from 1 to 1, not 2
          node 4 voters=1 term=2 term=3 @ node: the option term is given twice
          node 1 joining              @ node: there is a node 1
          defaults election-ticks=1   @ defaults: electionTicks: above heartbeatTicks, which is 1: 1
          defaults term=1 x           @ defaults: unexpected: x
          restart 1                   @ restart: node 1 is up
          restart 3 log=2             @ restart: log: a node restarts with the content of its disk
          crash 1 keep=1              @ crash: keep: a number from 0 to 0, not 1
          crash 1 lose-synced=1       @ crash: lose-synced: writes: 0 to 0 were synced: 1
          host 1 fast                 @ host: host: at-once, apply-later or manual, not fast
          persist 1                   @ persist: node 1 has no write in flight
          partition                   @ partition: missing: nodes, such as 1 or 1,2 | 3
          partition 1 | 1             @ partition: node 1 is named twice
          partition 9                 @ partition: unknown node: 9
          cut from=1                  @ cut: missing: to=...
          report-snapshot 1 2 lost    @ report-snapshot: a status: one of delivered, failed, in-progress, not lost
          report-snapshot 1 2 failed  @ report-snapshot: missing: attempt=...
          change 1 add 4              @ change: a change: one of add-learner, add-voter, remove, not add
          change 1 add-voter          @ change: missing: a node
          change 1 leave 2            @ change: unexpected: 2
          change 1 remove 2 transition=joint @ change: transition: one of auto, explicit, implicit
          transfer                    @ transfer: missing: a node
          transfer 1 x                @ transfer: target: a number from 1, not x
          read 1                      @ read: missing: a context
          timeout 3                   @ timeout: node 3 is down
          ; status                    @ a command is missing before ';'
          status;                     @ a command is missing after ';'
          quietly                     @ a command is missing
          """)
  void isReported(String line, String reason) {
    fails("# A story.\ncluster 3\nquietly crash 3\n" + line + "\nstatus\n", "4: " + reason);
  }

  @Test
  void aTranscriptWithoutACommandIsReported() {
    fails("# A story.\n  1: leader\n", "2: a transcript without a command directly above it");
    fails("cluster 1\n\n  1: leader\n", "3: a transcript without a command directly above it");
  }

  @Test
  void aTranscriptThatIsIndentedOtherwiseIsReported() {
    fails("cluster 1\n 1: leader\n", "2: a transcript must be indented by two blanks");
    fails("cluster 1\n\t1: leader\n", "2: a transcript must be indented by two blanks");
    fails(
        "cluster 1\n  1: leader\n 1: commit 2\n", "3: a transcript must be indented by two blanks");
  }

  @Test
  void aTextWithoutACommandIsReported() {
    fails("# A story.\n\n", "2: there is no command");
    fails("", "1: there is no command");
  }

  @Test
  void aNodeOfAnEmptyWorldIsUnknown() {
    fails("status 1", "1: status: unknown node: 1; there are no nodes");
  }
}
