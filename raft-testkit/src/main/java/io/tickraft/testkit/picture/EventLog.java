package io.tickraft.testkit.picture;

import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.RaftText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of a real node, one line for each, and draws a picture from the lines of
 * several nodes.
 *
 * <pre>{@code
 * LongSupplier clock = System::currentTimeMillis;
 * Writer file = Files.newBufferedWriter(Path.of("events-1.log"), CREATE, APPEND);
 * RaftConfig.Builder config = RaftConfig.builder(1).observer(new EventLog(1, clock, file));
 * }</pre>
 *
 * <p>A line is for example {@code 2026-02-03T04:05:06.789Z node 1 leader in term 3, was candidate}.
 * The picture shows roles, terms, known leaders, votes and configurations, and every event as text.
 * It shows no messages and no logs, as events do not contain them. Events of different nodes are in
 * the order of their clocks, which may be wrong by as much as the clocks differ.
 */
public final class EventLog implements RaftObserver {

  /** The event that stands for the start of a node, as no event of the core does. */
  private static final String STARTS = "starts";

  private static final Pattern LINE = Pattern.compile("(\\S+) node (\\d{1,18}) (.+)");

  private final long node;
  private final LongSupplier clock;
  private final Appendable out;
  private @Nullable IOException problem;

  /**
   * Creates a log of a node that starts now, and writes its first line.
   *
   * @param node the node's id
   * @param clock gives the time, in milliseconds since 1970-01-01T00:00Z
   * @param out gets the lines; its owner flushes and closes it
   */
  public EventLog(long node, LongSupplier clock, Appendable out) {
    this.node = node;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.out = Objects.requireNonNull(out, "out");
    write(STARTS);
  }

  /**
   * Writes an event. A failed write does not throw, as an observer that throws fails its node.
   * After a failed write nothing more is written, and {@link #problem()} returns the reason.
   *
   * @param event the event
   */
  @Override
  public void onEvent(RaftEvent event) {
    write(RaftText.of(event));
  }

  private void write(String text) {
    if (problem != null) {
      return;
    }
    try {
      out.append(Instant.ofEpochMilli(clock.getAsLong()) + " node " + node + " " + text + "\n");
    } catch (IOException e) {
      problem = e;
    } catch (UncheckedIOException e) {
      problem = e.getCause();
    }
  }

  /** {@return why nothing is written any more; empty if no write has failed} */
  public Optional<IOException> problem() {
    return Optional.ofNullable(problem);
  }

  // The picture.

  /** A line of a log. */
  private record Line(Instant at, long node, String text) {

    static Optional<Line> of(String text) {
      Matcher matcher = LINE.matcher(text.strip());
      if (!matcher.matches()) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Line(
                Instant.parse(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                matcher.group(3)));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Draws a picture from the lines of several nodes.
   *
   * @param name the name of the picture
   * @param lines the lines of all nodes; those of one node in the order in which they were written.
   *     Lines that no {@code EventLog} has written are skipped
   * @return the picture; empty if no line is an event
   */
  public static Optional<Picture> picture(String name, Collection<String> lines) {
    return recorded(lines).map(recorder -> new Picture(name, recorder));
  }

  static Optional<PictureRecorder> recorded(Collection<String> lines) {
    List<Line> events = new ArrayList<>();
    lines.forEach(line -> Line.of(line).ifPresent(events::add));
    if (events.isEmpty()) {
      return Optional.empty();
    }
    // The sort is stable, so the events of a node in one millisecond keep their order.
    events.sort(Comparator.comparing(Line::at));
    Instant first = events.get(0).at;
    PictureRecorder recorder = new PictureRecorder();
    recorder.note("logged by hosts; 0.000 s is " + first);
    for (Line event : events) {
      recorder.logged(
          event.at.toEpochMilli() - first.toEpochMilli(),
          event.node,
          event.text,
          event.text.equals(STARTS));
    }
    return Optional.of(recorder);
  }
}
