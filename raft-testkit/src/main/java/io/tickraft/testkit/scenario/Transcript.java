package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one line of commands.
 *
 * <p>A message has a line where it arrives or is lost, and beneath it stands what it did. That it
 * was sent is only told if it is still on its way in the end.
 */
final class Transcript {

  private enum Kind {
    /** It is told in brief, too. */
    NODE,
    /** It is about messages. */
    MESSAGE,
    /** It is a headline for what follows, if something does. */
    HEADLINE
  }

  private record Line(int depth, String text, Kind kind, Wires.@Nullable Packet sent) {}

  private final Verbosity verbosity;
  private final List<Line> lines = new ArrayList<>();
  private int depth;

  // Heartbeats that are not told one by one.
  private boolean folding;
  private final List<Wires.Packet> folded = new ArrayList<>();
  private int heartbeats;
  private int answers;
  private int lost;

  Transcript(Verbosity verbosity) {
    this.verbosity = verbosity;
  }

  /** Something that is told in brief, too. */
  void tell(String text) {
    lines.add(new Line(depth, text, Kind.NODE, null));
  }

  /** Something about messages. */
  void note(String text) {
    lines.add(new Line(depth, text, Kind.MESSAGE, null));
  }

  void sent(Wires.Packet packet) {
    if (folding && isHeartbeat(packet.message())) {
      folded.add(packet);
      return;
    }
    lines.add(new Line(depth, "sends: " + RaftText.of(packet.message()), Kind.MESSAGE, packet));
  }

  /** A message gets lost, and why if it is not by a link that is cut. */
  void lost(Message message, String why) {
    if (folding && isHeartbeat(message)) {
      lost++;
    } else {
      note("lost: " + RaftText.of(message) + why);
    }
  }

  /** A message arrives, and does something. */
  void delivered(Message message, Runnable effect) {
    int before = lines.size();
    note(RaftText.of(message));
    depth++;
    effect.run();
    depth--;
    if (folding && isHeartbeat(message) && isWithoutEffect(before + 1)) {
      lines.subList(before, lines.size()).clear();
      heartbeats += message.hasHeartbeat() ? 1 : 0;
      answers += message.hasHeartbeat() ? 0 : 1;
    }
  }

  /** Whether nothing is told, but perhaps that a heartbeat is answered, which is folded. */
  private boolean isWithoutEffect(int from) {
    return lines.size() == from;
  }

  private static boolean isHeartbeat(Message message) {
    return message.hasHeartbeat() || message.hasHeartbeatResponse();
  }

  // Long times.

  /** From here on heartbeats without effect are only counted. */
  void fold() {
    folding = true;
  }

  /** A period begins of which it is told only if something happens in it. */
  void period(String name) {
    lines.add(new Line(depth, "(" + name + ")", Kind.HEADLINE, null));
  }

  /** What follows belongs to no period. */
  void endPeriods() {
    lines.add(new Line(depth, "", Kind.HEADLINE, null));
  }

  /** A command is over. */
  void endCommand() {
    List<String> counts = new ArrayList<>();
    if (heartbeats + answers > 0) {
      counts.add(heartbeats + " and " + answers + " answers without effect");
    }
    if (lost > 0) {
      counts.add(lost + " lost");
    }
    long underWay = folded.stream().filter(packet -> !packet.isGone()).count();
    if (underWay > 0) {
      counts.add(underWay + " on their way");
    }
    if (!counts.isEmpty()) {
      note("(heartbeats: " + String.join(", ", counts) + ")");
    }
    folding = false;
    folded.clear();
    heartbeats = 0;
    answers = 0;
    lost = 0;
  }

  /** Returns what is to be read, with its indentation. */
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
      case FULL -> line.sent == null || !line.sent.isGone();
    };
  }
}
