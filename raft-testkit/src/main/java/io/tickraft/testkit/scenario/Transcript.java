package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transcript of one line of commands.
 *
 * <p>A message has a line where it is delivered or lost; its effect follows, indented. That it was
 * sent is shown only if it is still in flight at the end of the line of commands.
 */
final class Transcript {

  private enum Kind {
    /** A change of a node: shown in {@link Verbosity#BRIEF}, too. */
    NODE,
    /** About a message: shown only in {@link Verbosity#FULL}. */
    MESSAGE,
    /** A headline, shown only if a line under it is shown. */
    HEADLINE
  }

  private record Line(int depth, String text, Kind kind, Network.@Nullable Packet sent) {}

  private final Verbosity verbosity;
  private final List<Line> lines = new ArrayList<>();
  private int depth;

  // Heartbeats and their responses that are only counted, since countHeartbeats() was called.
  private boolean countsHeartbeats;
  private final List<Network.Packet> counted = new ArrayList<>();
  private int heartbeats;
  private int answers;
  private int lost;

  Transcript(Verbosity verbosity) {
    this.verbosity = verbosity;
  }

  void report(String text) {
    lines.add(new Line(depth, text, Kind.NODE, null));
  }

  void reportMessage(String text) {
    lines.add(new Line(depth, text, Kind.MESSAGE, null));
  }

  void sent(Network.Packet packet) {
    if (countsHeartbeats && isHeartbeat(packet.message())) {
      counted.add(packet);
      return;
    }
    lines.add(new Line(depth, "sends: " + RaftText.of(packet.message()), Kind.MESSAGE, packet));
  }

  /** A message is lost; {@code why} is empty if its link is cut. */
  void lost(Message message, String why) {
    if (countsHeartbeats && isHeartbeat(message)) {
      lost++;
    } else {
      reportMessage("lost: " + RaftText.of(message) + why);
    }
  }

  /** A message is delivered; {@code effect} reports what it changes. */
  void delivered(Message message, Runnable effect) {
    int before = lines.size();
    reportMessage(RaftText.of(message));
    depth++;
    effect.run();
    depth--;
    if (countsHeartbeats && isHeartbeat(message) && isWithoutEffect(before + 1)) {
      lines.subList(before, lines.size()).clear();
      heartbeats += message.hasHeartbeat() ? 1 : 0;
      answers += message.hasHeartbeat() ? 0 : 1;
    }
  }

  /** Whether nothing was reported since that line; a counted heartbeat response has no line. */
  private boolean isWithoutEffect(int from) {
    return lines.size() == from;
  }

  private static boolean isHeartbeat(Message message) {
    return message.hasHeartbeat() || message.hasHeartbeatResponse();
  }

  // Many ticks.

  /** Only counts heartbeats without effect, until the end of the command. */
  void countHeartbeats() {
    countsHeartbeats = true;
  }

  /** Begins a period; its name is shown only if something is reported in it. */
  void period(String name) {
    lines.add(new Line(depth, "(" + name + ")", Kind.HEADLINE, null));
  }

  /** Ends the last period. */
  void endPeriods() {
    lines.add(new Line(depth, "", Kind.HEADLINE, null));
  }

  /** Ends a command: reports the counted heartbeats. */
  void endCommand() {
    List<String> counts = new ArrayList<>();
    if (heartbeats + answers > 0) {
      counts.add(heartbeats + " and " + answers + " answers without effect");
    }
    if (lost > 0) {
      counts.add(lost + " lost");
    }
    long inFlight = counted.stream().filter(Network.Packet::isInFlight).count();
    if (inFlight > 0) {
      counts.add(inFlight + " in flight");
    }
    if (!counts.isEmpty()) {
      reportMessage("(heartbeats: " + String.join(", ", counts) + ")");
    }
    countsHeartbeats = false;
    counted.clear();
    heartbeats = 0;
    answers = 0;
    lost = 0;
  }

  /** Returns the lines to show, with their indentation. */
  List<String> lines() {
    List<String> shown = new ArrayList<>();
    @Nullable Line headline = null;
    for (Line line : lines) {
      if (line.kind == Kind.HEADLINE) {
        headline = line.text.isEmpty() ? null : line;
      } else if (isShown(line)) {
        if (headline != null) {
          shown.add(Script.INDENT + headline.text);
          headline = null;
        }
        String indent = Script.INDENT.repeat(verbosity == Verbosity.BRIEF ? 1 : 1 + line.depth);
        line.text.lines().forEach(text -> shown.add(indent + text));
      }
    }
    return shown;
  }

  private boolean isShown(Line line) {
    return switch (verbosity) {
      case QUIET -> false;
      case BRIEF -> line.kind == Kind.NODE;
      case FULL -> line.sent == null || line.sent.isInFlight();
    };
  }
}
