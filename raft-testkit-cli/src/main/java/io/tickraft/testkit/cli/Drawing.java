package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import io.tickraft.testkit.sim.Choices;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Draws the picture of a run, failing or not. */
final class Drawing {

  private Drawing() {}

  /**
   * Runs once more, and writes the picture.
   *
   * @param target the file
   * @param name which run it is
   * @param more adds to the picture
   * @throws UsageException if the run cannot be observed, or the file cannot be written
   */
  static void draw(
      PrintWriter out,
      Path target,
      String name,
      Trial trial,
      Choices choices,
      UnaryOperator<Picture> more) {
    PictureRecorder recorder = new PictureRecorder(choices);
    Optional<Failure> failure = Failure.of(same -> trial.run(same, recorder), choices);
    if (recorder.isEmpty()) {
      throw new UsageException(name + ": no picture: the run cannot be observed");
    }
    Picture picture = new Picture(name, recorder);
    picture = failure.map(Failure::cause).map(picture::failure).orElse(picture);
    TextFiles.write(target, more.apply(picture).html());
    out.println("picture: " + target);
  }
}
