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
 * Writes the events of a real node, a line for each, and draws the picture of what several nodes
 * have written.
 *
 * <pre>{@code
 * LongSupplier clock = System::currentTimeMillis;
 * Writer file = Files.newBufferedWriter(Path.of("events-1.log"), CREATE, APPEND);
 * RaftConfig.Builder config = RaftConfig.builder(1).observer(new EventLog(1, clock, file));
 * }</pre>
 *
 * <p>A line is such as {@code 2026-02-03T04:05:06.789Z node 1 leader in term 3, was candidate}. The
 * picture shows roles, terms, known leaders, votes and configurations, and every event as text. It
 * has no messages and no logs: no node knows what the network does. Events of different nodes are
 * in the order of their clocks, which may be wrong by as much as the clocks differ.
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
   * @param out where the lines are appended to; whoever owns it flushes and closes it
   */
  public EventLog(long node, LongSupplier clock, Appendable out) {
    this.node = node;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.out = Objects.requireNonNull(out, "out");
    write(STARTS);
  }

  /**
   * Writes an event. It does not throw if that fails, as an observer that throws fails its node:
   * then nothing more is written, and {@link #problem()} has the reason.
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

  /** {@return why nothing is written any more; empty if all was written} */
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
   * Draws what several nodes have written.
   *
   * @param name what the picture is called
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
