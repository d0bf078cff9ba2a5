package io.tickraft.testkit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run. */
class PictureTest {

  private static final int MAX_BYTES_BESIDE_THE_DATA = 150_000;

  private static PictureRecorder recorded(String text) {
    PictureRecorder recorder = new PictureRecorder();
    Scenario.parse("test.txt", text).play(recorder);
    return recorder;
  }

  private static String data(String html) {
    String begin = "<script type=\"application/json\" id=\"data\">";
    int from = html.indexOf(begin) + begin.length();
    return html.substring(from, html.indexOf("</script>", from));
  }

  @Test
  void hasAllThatItNeedsInside() {
    String html = new Picture("a run", recorded("cluster 1\ncampaign 1\n")).html();
    assertThat(html)
        .startsWith("<!DOCTYPE html>")
        .contains("<title>a run</title>")
        .doesNotContain("http://", "https://", " src=", "@import", "@SCRIPT@", "@STYLE@", "@DATA@");
    assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(MAX_BYTES_BESIDE_THE_DATA);
  }

  @Test
  void noTextEndsTheScript() {
    String evil = "</script><script>alert(1)</script><!-- \u2028 \" \\ & '";
    PictureRecorder recorder = recorded("cluster 1\ncampaign 1\n");
    recorder.note(evil);
    String html = new Picture(evil, recorder).failure(new AssertionError(evil)).replay(evil).html();
    assertThat(data(html)).doesNotContain("<", ">", "&", "\u2028");
    assertThat(html).contains("<title>&lt;/script&gt;&lt;script&gt;");
  }

  @Test
  void saysHowTheRunFailsAndHowToReplayIt() {
    String html =
        new Picture("seed 6", recorded("cluster 1\n"))
            .failure("it fails", new AssertionError("it fails\n  here\n  there"))
            .replay("replay it")
            .settings(List.of("one", "two"))
            .html();
    assertThat(data(html))
        .contains("\"sentence\":\"it fails\"")
        .contains("\"details\":[\"  here\",\"  there\"]")
        .contains("\"replay\":\"replay it\"")
        .contains("\"settings\":[\"one\",\"two\"]");
  }

  @Test
  void anExceptionIsNamedByItsClass() {
    String html =
        new Picture("a run", recorded("cluster 1\n"))
            .failure(new IllegalStateException("it is broken"))
            .html();
    assertThat(data(html)).contains("\"sentence\":\"IllegalStateException: it is broken\"");
  }

  @Test
  void whatAnOracleObjectsToIsAStepAndWhatIsFoundLaterIsNot() {
    Choices choices = Choices.random(1);
    PictureRecorder recorder = new PictureRecorder(choices);
    Oracle strict =
        new Oracle() {
          @Override
          public void stepped(NodeView view) {
            if (view.term() > 1) {
              throw new OracleViolation("no elections", "there is one");
            }
          }
        };
    Simulation group =
        Simulation.of(3).oracle(new Oracles(List.of(recorder, strict))).start(choices);
    OracleViolation thrown = catchThrowableOfType(OracleViolation.class, () -> group.run(10_000));
    String ofAStep = data(new Picture("a run", recorder).failure(thrown).html());
    String atTheEnd =
        data(new Picture("a run", recorder).failure(new AssertionError("no leader")).html());
    assertThat(ofAStep).doesNotContain("\"atEnd\"").contains("\"c\":1");
    assertThat(atTheEnd).contains("\"atEnd\":1");
  }

  @Test
  void writesAFileOfItsNameWhereThePropertySays(@TempDir Path directory) throws IOException {
    Picture picture = new Picture("Seed 6: it fails!", recorded("cluster 1\n"));
    String before = System.getProperty("tickraft.pictures");
    try {
      System.setProperty("tickraft.pictures", directory.resolve("new").toString());
      Optional<Path> file = picture.write();
      assertThat(file).contains(directory.resolve("new").resolve("seed-6-it-fails-.html"));
      assertThat(Files.readString(file.orElseThrow())).isEqualTo(picture.html());
      System.setProperty("tickraft.pictures", "none");
      assertThat(picture.write()).isEmpty();
    } finally {
      if (before == null) {
        System.clearProperty("tickraft.pictures");
      } else {
        System.setProperty("tickraft.pictures", before);
      }
    }
  }
}
