package io.tickraft.testkit.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftText;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of a run in a real browser. Skipped where there is no Chromium. */
class PictureInBrowserTest {

  private static final int COMMANDS = 60;

  @TempDir private Path directory;
  private Chromium browser;

  @BeforeEach
  void findBrowser() {
    browser = Chromium.orSkip(directory);
  }

  private record Run(PictureRecorder recorder, Picture picture) {
    /** The number of the step that has failed. */
    int failed() {
      List<Step> steps = recorder.steps();
      return steps.get(steps.size() - 1).number;
    }
  }

  /** A run with lost and duplicated messages, a partition and a crash, which fails at a commit. */
  private static Run failingRun(int commands) {
    Choices choices = Choices.random(11);
    PictureRecorder recorder = new PictureRecorder();
    Oracle limit =
        new Oracle() {
          @Override
          public void stepped(NodeView view) {
            if (view.commitIndex() >= commands) {
              throw new OracleViolation("few entries", "node " + view.node() + " has too many");
            }
          }
        };
    Simulation group =
        Simulation.of(3).oracle(new Oracles(List.of(recorder, limit))).start(choices);
    group.network().conditions(Conditions.RELIABLE.withDuplicates(10).withLoss(5));
    try {
      for (int i = 1; i < 100 * commands; i++) {
        group.run(60);
        propose(group, i);
        if (i == 40) {
          group.network().disconnect(2);
        } else if (i == 60) {
          group.network().heal();
          group.crash(3);
        } else if (i == 70) {
          group.restart(3);
        }
      }
      throw new AssertionError("nothing fails");
    } catch (OracleViolation e) {
      recorder.finish();
      return new Run(recorder, new Picture("seed 11", recorder).failure(e).replay("replay 11"));
    }
  }

  private static void propose(Simulation group, int number) {
    Optional<SimNode> leader = group.nodes().stream().filter(SimNode::isLeader).findFirst();
    leader.ifPresent(
        node -> group.propose(node.id(), ByteString.copyFromUtf8("command " + number)));
  }

  @Test
  void showsTheFailureAndStepsByKeys() throws Exception {
    Run run = failingRun(COMMANDS);
    Map<String, String> found =
        browser.run(
            run.picture().html(),
            "",
            """
            found.title = document.getElementById("name").textContent;
            found.sentence = document.getElementById("sentence").textContent;
            found.fail = all(".row.fail").length;
            found.lanes = all("#lanes .lane b").map(lane => lane.textContent).join();
            found.bands = all("svg .band").length > 0;
            found.messages = all("svg line.msg").length > 0;
            found.begin = at();
            found.panel = document.getElementById("panel").textContent.includes("found after this step");
            key("k");
            found.before = at();
            key("j");
            found.again = at();
            key("g");
            found.first = at();
            key("ArrowDown");
            key("ArrowDown");
            found.third = at();
            found.live = document.getElementById("live").textContent;
            found.active = document.getElementById("scroll").getAttribute("aria-activedescendant");
            key("v");
            found.failure = at();
            key("ArrowLeft");
            found.cause = at();
            key("ArrowRight");
            found.effect = at();
            found.logs = all("#panel .logs td.e").length > 0;
            found.names = all("button, input").filter(one =>
                !(one.textContent.trim() || one.getAttribute("aria-label") || one.closest("label"))).length;
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("title", "seed 11")
        .containsEntry("fail", "1")
        .containsEntry("lanes", "node 1,node 2,node 3")
        .containsEntry("bands", "true")
        .containsEntry("messages", "true")
        .containsEntry("begin", String.valueOf(run.failed()))
        .containsEntry("panel", "true")
        .containsEntry("again", String.valueOf(run.failed()))
        .containsEntry("first", "0")
        .containsEntry("third", "2")
        .containsEntry("active", "row2")
        .containsEntry("failure", String.valueOf(run.failed()))
        .containsEntry("logs", "true")
        .containsEntry("names", "0");
    assertThat(found.get("sentence")).startsWith("few entries is violated: ");
    assertThat(Integer.parseInt(found.get("before"))).isLessThan(run.failed());
    assertThat(found.get("live")).isEqualTo(run.recorder().lines().get(2));
    List<Step> steps = run.recorder().steps();
    int cause = Objects.requireNonNull(steps.get(run.failed()).message).step;
    assertThat(found).containsEntry("cause", String.valueOf(cause));
    int effect = Integer.parseInt(found.getOrDefault("effect", ""));
    assertThat(Objects.requireNonNull(steps.get(effect).message).step).isEqualTo(cause);
  }

  @Test
  void filtersByNodeKindIndexAndCause() throws Exception {
    Run run = failingRun(COMMANDS);
    Map<String, String> found =
        browser.run(
            run.picture().html(),
            "",
            """
            const nodes = () => [...new Set(all("#layer .row[data-step] .node").map(n => n.textContent))].sort().join();
            key("g");
            found.nodes = nodes();
            key("2");
            found.without2 = nodes();
            found.lanes = all("#lanes .lane b").length;
            key("2");
            all('#kinds [data-kind="append"]')[0].click();
            found.appends = all("#layer .row .in").filter(row => row.textContent.includes("Append")).length;
            all('#kinds [data-kind="append"]')[0].click();
            type("index", "5");
            found.rows = all("#layer .row[data-step]").map(row => row.dataset.step).join();
            type("index", "");
            key("c");
            found.causes = all("#layer .row[data-step]").every(row => row.classList.contains("cause"));
            type("depth", "1");
            const near = all("#layer .row[data-step]").length;
            found.near = near > 1 && near <= 3;
            found.hash = location.hash;
            type("depth", "");
            found.allAgain = all("#layer .row[data-step]").length > near;
            key("c");
            check("quiet", true);
            found.quiet = all("#layer .row.same").length > 0;
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("nodes", "1,2,3")
        .containsEntry("without2", "1,3")
        .containsEntry("lanes", "2")
        .containsEntry("appends", "0")
        .containsEntry("causes", "true")
        .containsEntry("near", "true")
        .containsEntry("allAgain", "true")
        .containsEntry("quiet", "true");
    assertThat(found.get("hash")).contains("cone=1").contains("depth=1");
    List<Step> steps = run.recorder().steps();
    assertThat(List.of(found.getOrDefault("rows", "").split(",")))
        .isNotEmpty()
        .allSatisfy(
            number -> {
              List<Long> indexes = steps.get(Integer.parseInt(number)).indexes;
              assertThat(LongStream.range(0, indexes.size() / 2))
                  .anyMatch(
                      pair ->
                          indexes.get((int) (2 * pair)) <= 5
                              && indexes.get((int) (2 * pair + 1)) >= 5);
            });
  }

  @Test
  void searchesAndShowsTheSameText() throws Exception {
    Run run = failingRun(COMMANDS);
    Map<String, String> found =
        browser.run(
            run.picture().html(),
            "",
            """
            key("g");
            key("/");
            found.focus = document.activeElement.id;
            type("search", "crashes");
            found.hits = document.getElementById("found").textContent;
            found.line = all('.row[aria-selected="true"] mark').map(mark => mark.textContent).join();
            type("search", "append");
            document.getElementById("search").blur();
            const first = at();
            key("n");
            found.moved = at() !== first;
            key("x");
            found.isOpen = document.getElementById("dialog").open;
            found.text = document.querySelector("#dialogBody pre").textContent;
            document.getElementById("close").click();
            key("t");
            found.theme = document.documentElement.dataset.theme;
            key("+");
            found.hash = location.hash;
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("focus", "search")
        .containsEntry("hits", "1 of 1")
        .containsEntry("line", "crashes")
        .containsEntry("moved", "true")
        .containsEntry("isOpen", "true")
        .containsEntry("theme", "dark");
    assertThat(found.get("text")).contains("\n" + String.join("\n", run.recorder().lines()) + "\n");
    assertThat(found.get("hash")).contains("zoom=1.15").contains("theme=dark");
  }

  @Test
  void anAddressLeadsToAStep() throws Exception {
    Run run = failingRun(COMMANDS);
    Map<String, String> found =
        browser.run(
            run.picture().html(),
            "#step=4&nodes=1,2&hide=heartbeat&zoom=1.5&theme=dark",
            """
            found.at = at();
            found.isVisible = (() => {
              const row = document.getElementById("row4").getBoundingClientRect();
              const view = document.getElementById("scroll").getBoundingClientRect();
              return row.top >= view.top && row.bottom <= view.bottom;
            })();
            found.lanes = all("#lanes .lane").length;
            found.theme = document.documentElement.dataset.theme;
            found.hash = location.hash;
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("at", "4")
        .containsEntry("isVisible", "true")
        .containsEntry("lanes", "2")
        .containsEntry("theme", "dark")
        .containsEntry("hash", "#step=4&nodes=1,2&hide=heartbeat&zoom=1.5&theme=dark");
  }

  @Test
  void anAddressLeadsToAStepThatTheFiltersHide() throws Exception {
    Run run = failingRun(COMMANDS);
    int quiet =
        run.recorder().steps().stream()
            .filter(step -> step.isHidden() && step.number > 200)
            .findFirst()
            .orElseThrow()
            .number;
    Map<String, String> found =
        browser.run(
            run.picture().html(),
            "#step=" + quiet,
            """
            found.at = at();
            const quietRows = () => all("#layer .row.same").map(row => row.dataset.step).join();
            found.quiet = quietRows();
            found.hash = location.hash;
            key("j");
            found.next = at();
            found.none = quietRows();
            key("k");
            found.before = at();
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("at", String.valueOf(quiet))
        .containsEntry("quiet", String.valueOf(quiet))
        .containsEntry("hash", "#step=" + quiet)
        .containsEntry("none", "");
    assertThat(Integer.parseInt(found.get("next"))).isGreaterThan(quiet);
    assertThat(Integer.parseInt(found.get("before"))).isLessThan(quiet);
  }

  @Test
  void aGroupThatGetsNowhereOpensAtTheLastWordWithTheNodeThatIsBehind() throws Exception {
    Choices choices = Choices.random(3);
    PictureRecorder recorder = new PictureRecorder();
    Simulation group = Simulation.of(3).oracle(recorder).start(choices);
    group.run(5_000);
    group.network().disconnect(3);
    group.run(5_000);
    propose(group, 1);
    group.run(10_000);
    recorder.finish();
    int last =
        recorder.messages().stream()
            .filter(one -> one.message.getFrom() == 3 || one.message.getTo() == 3)
            .filter(one -> !one.message.hasHeartbeat() && !one.message.hasHeartbeatResponse())
            .mapToInt(one -> one.deliveries.stream().reduce(one.step, Math::max))
            .max()
            .orElseThrow();
    Map<String, String> found =
        browser.run(
            new Picture("a run", recorder).failure(new AssertionError("node 3 is behind")).html(),
            "",
            """
            found.at = at();
            found.panel = document.getElementById("panel").textContent;
            key("G");
            found.gaps = all(".row.gap").map(row => row.textContent).join("; ");
            """);
    assertThat(found).containsEntry("errors", "").containsEntry("at", String.valueOf(last));
    assertThat(found.get("panel")).contains("a message of node 3, other than heartbeats");
    assertThat(found.get("gaps")).containsPattern("[0-9.]+ s, hidden by the filters: [0-9,]+ ");
  }

  private static Picture scenario(String name) throws Exception {
    PictureRecorder recorder = new PictureRecorder();
    Path file = Path.of("src/test/resources/scenarios").resolve(name);
    Scenario.parse(name, Files.readString(file)).play(recorder);
    return new Picture(name, recorder);
  }

  @Test
  void marksAConfigurationThatChangesAndNamesItsParts() throws Exception {
    Map<String, String> found =
        browser.run(
            scenario("membership/replace-the-leader.txt").html(),
            "",
            """
            const joint = () => all("#layer .mark").find(one => one.title.includes("outgoing"));
            let last = "";
            for (key("g"); !joint() && at() !== last; key("j")) last = at();
            const mark = joint();
            found.mark = mark.title;
            found.label = mark.getAttribute("aria-label");
            found.signs = all("#layer .newconf").length > 0;
            mark.closest(".row").click();
            found.panel = document.querySelector("#panel .conf").textContent;
            found.rows = all("#panel .diff tbody th").map(row => row.textContent).join();
            """);
    String joint = "voters {2,3,4}, outgoing (old) voters {1,2,3}, leaves the old one by itself";
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("mark", "the configuration is now " + joint)
        .containsEntry("label", "the configuration is now " + joint)
        .containsEntry("signs", "true")
        .containsEntry("panel", joint);
    assertThat(found.get("rows")).contains("commit index,applied index");
  }

  private static final String QUORUMS =
      """
      const quorums = [];
      let last = "";
      for (key("g"); at() !== last; key("j")) {
        last = at();
        const table = document.querySelector("#panel .quorum");
        if (table) quorums.push([...table.parentElement.querySelectorAll(".quorum, .quorum ~ p")]
            .map(part => part.textContent).filter(text => text.includes("have it on the disk")).join(" "));
      }
      found.quorums = quorums.join("; ");
      """;

  @Test
  void showsWhoHasAnEntryThatIsCommitted() throws Exception {
    Map<String, String> found =
        browser.run(scenario("log/figure-8-overwritten.txt").html(), "", QUORUMS);
    assertThat(found).containsEntry("errors", "");
    assertThat(found.get("quorums"))
        .startsWith("4 of the 5 voters have it on the disk: a quorum.")
        .doesNotContain("no quorum");
  }

  /** The group shrinks to one node, and the other one does not have the change that does that. */
  @Test
  void aChangeNeedsAQuorumOfTheVotersBeforeIt() throws Exception {
    String html =
        scenario("membership/from-two-to-one.txt")
            .html()
            .replaceAll("(\"n\":2[^}]*)\"d\":\"[^\"]*\"", "$1\"d\":\"1:\"");
    Map<String, String> found = browser.run(html, "", QUORUMS);
    assertThat(found).containsEntry("errors", "");
    assertThat(found.get("quorums")).contains("1 of the 2 voters have it on the disk: no quorum.");
  }

  /** A node that commits what only its own disk holds. */
  @Test
  void showsThatACommitHasNoQuorum() throws Exception {
    String html =
        scenario("log/figure-8-overwritten.txt")
            .html()
            // The leader's followers have nothing on their disks.
            .replaceAll("\"d\":\"[^\"]*\"", "\"d\":\"1:\"");
    Map<String, String> found = browser.run(html, "", QUORUMS);
    assertThat(found).containsEntry("errors", "");
    assertThat(found.get("quorums")).contains("0 of the 5 voters have it on the disk: no quorum.");
  }

  /** A change takes effect in the step that commits it: the voters before it have committed it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "membership/joint-election.txt",
        "membership/learner-promoted.txt",
        "membership/removed-leader-sends-a-snapshot.txt",
        "membership/snapshot-carries-a-joint-configuration.txt",
        "membership/two-at-once-implicit.txt",
        "quorum-check/promoted-learner-counts-as-heard.txt",
        "reads/joint.txt"
      })
  void aChangeThatAQuorumHasIsNotShownWithoutOne(String name) throws Exception {
    Map<String, String> found = browser.run(scenario(name).html(), "", QUORUMS);
    assertThat(found.get("quorums")).contains("a quorum").doesNotContain("no quorum");
  }

  @Test
  void marksAnIndexThatFallsAndTellsWhatALeaderKnows() throws Exception {
    Map<String, String> found =
        browser.run(
            scenario("log/figure-7.txt").html(),
            "",
            """
            const falls = [], peers = [];
            let last = "";
            for (key("g"); at() !== last; key("j")) {
              last = at();
              const row = document.querySelector('.row[aria-selected="true"] .mark');
              if (row && row.title.includes("falls")) falls.push(row.title);
              const cell = document.querySelector("#panel .diff .warn");
              if (cell) found.cell = cell.textContent;
              if (document.querySelector("#panel .peers b")) peers.push(
                  [...document.querySelectorAll("#panel .peers td")].some(td => !td.querySelector("b")));
            }
            found.falls = falls.join("; ");
            found.signs = all("#layer .commit.fall").map(sign => sign.textContent).join();
            found.peers = peers.length > 0 && peers.every(Boolean);
            """);
    assertThat(found).containsEntry("errors", "").containsEntry("peers", "true");
    assertThat(found.get("falls")).containsPattern("the last index falls from [0-9]+ to [0-9]+");
    assertThat(found.get("cell")).startsWith("↓ ");
  }

  @Test
  void findsAMessageThatWasLostWhereItWasSent() throws Exception {
    Run run = failingRun(COMMANDS);
    SentMessage lost =
        run.recorder().messages().stream()
            .filter(one -> one.deliveries.isEmpty() && one.message.hasAppend())
            .filter(one -> !run.recorder().steps().get(one.step).isHidden())
            .findFirst()
            .orElseThrow();
    String text = RaftText.of(lost.message);
    Map<String, String> found =
        browser.run(
            run.picture().html(),
            "#step=0",
            "type('search', "
                + "decodeURIComponent('"
                + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20")
                + "'));"
                + """
                found.at = at();
                found.mark = all('.row[aria-selected="true"] .sends mark').map(one => one.textContent).join();
                """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("at", String.valueOf(lost.step))
        .containsEntry("mark", text);
  }

  @Test
  void leavesOneNodeOrOneKind() throws Exception {
    Map<String, String> found =
        browser.run(
            failingRun(COMMANDS).picture().html(),
            "",
            """
            const click = (selector, keys) => document.querySelector(selector)
                .dispatchEvent(new MouseEvent("click", {bubbles: true, ...keys}));
            const pressed = group => all(group + ' .chip[aria-pressed="true"]').map(chip => chip.textContent).join();
            const kinds = pressed("#kinds");
            click('[data-node="2"]', {shiftKey: true});
            found.node = pressed("#nodes");
            click('[data-node="2"]', {altKey: true});
            found.nodes = pressed("#nodes");
            click('[data-kind="append"]', {altKey: true});
            found.kind = pressed("#kinds");
            click('[data-kind="append"]', {shiftKey: true});
            found.all = pressed("#kinds") === kinds;
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("node", "node 2")
        .containsEntry("nodes", "node 1,node 2,node 3")
        .containsEntry("kind", "append")
        .containsEntry("all", "true");
  }

  @Test
  void aLineKeepsWhatTheStepHasChanged() throws Exception {
    Map<String, String> found =
        browser.run(
            failingRun(COMMANDS).picture().html(),
            "",
            """
            const width = row => row.querySelector(".out").clientWidth;
            const rows = all("#layer .row[data-step]").filter(row => row.querySelector(".out"));
            found.effects = rows.length > 0 && rows.every(row => width(row) > 50);
            found.sends = all("#layer .row .sends").every(one => one.clientWidth > 50);
            found.numbers = all("#layer .row[data-step]").every(row =>
                row.querySelector(".time small").textContent === row.dataset.step);
            """);
    assertThat(found)
        .containsEntry("errors", "")
        .containsEntry("effects", "true")
        .containsEntry("sends", "true")
        .containsEntry("numbers", "true");
  }

  @Test
  void twoThousandEventsAreNoBurden() throws Exception {
    Run run = failingRun(300);
    assertThat(run.recorder().steps().size()).isGreaterThan(2_000);
    String html = run.picture().html();
    Map<String, String> found =
        browser.run(
            html,
            "#step=0&quiet=1",
            """
            found.load = performance.now().toFixed(0);
            let begin = performance.now();
            for (let i = 0; i < 200; i++) key("j");
            found.step = ((performance.now() - begin) / 200).toFixed(2);
            begin = performance.now();
            for (let i = 0; i < 20; i++) key("q");
            found.filter = ((performance.now() - begin) / 20).toFixed(2);
            begin = performance.now();
            for (const query of ["a", "ap", "app", "appe"]) type("search", query);
            found.search = ((performance.now() - begin) / 4).toFixed(2);
            found.elements = all("#layer *").length;
            found.at = at();
            """);
    System.out.printf(
        "picture of %d steps, %d bytes: load %s ms, a step %s ms, a filter %s ms, a search %s ms%n",
        run.recorder().steps().size(),
        html.getBytes(StandardCharsets.UTF_8).length,
        found.get("load"),
        found.get("step"),
        found.get("filter"),
        found.get("search"));
    assertThat(found).containsEntry("errors", "");
    // Only what is in sight is in the page.
    assertThat(Integer.parseInt(found.get("elements"))).isLessThan(2_000);
  }
}
