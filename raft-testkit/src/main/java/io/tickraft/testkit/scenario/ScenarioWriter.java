package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.scenario.RecordedStep.Input;
import io.tickraft.testkit.scenario.RecordedStep.Kind;
import io.tickraft.testkit.scenario.RecordedStep.Part;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes recorded steps as the commands of a scenario. */
final class ScenarioWriter {

  private static final String MANUAL = " host=manual";

  private final List<RecordedStep> steps;
  private final Map<Long, Integer> neededFrom;
  private final Map<String, Integer> deliveries;
  private final Set<Long> keepingState;

  private final ScenarioRecorder.Hosts hosts;

  private final List<String> lines = new ArrayList<>();

  // Of each node.

  /** The ticks that are not written yet: they have changed nothing. */
  private final Map<Long, Integer> ticks = new TreeMap<>();

  private final Map<Long, RaftConfig> configurations = new TreeMap<>();
  private final Set<Long> manual = new LinkedHashSet<>();

  /** The nodes that start with a host that does nothing by itself. */
  private final Set<Long> manualAtStart = new LinkedHashSet<>();

  private final Set<String> copied = new LinkedHashSet<>();

  ScenarioWriter(
      List<RecordedStep> steps,
      Map<Long, Integer> neededFrom,
      Map<String, Integer> deliveries,
      Set<Long> keepingState,
      ScenarioRecorder.Hosts hosts) {
    this.steps = steps;
    this.neededFrom = neededFrom;
    this.deliveries = deliveries;
    this.keepingState = keepingState;
    this.hosts = hosts;
  }

  String text() {
    for (int i = 0; i < steps.size(); i++) {
      startNeeded(i);
      RecordedStep step = steps.get(i);
      if (!wasStartedBefore(step, i)) {
        write(step, i == steps.size() - 1);
      }
    }
    mergeTicks();
    mergeCluster();
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  /** Returns whether this is the first start of a node that was written before its place. */
  private boolean wasStartedBefore(RecordedStep step, int position) {
    return step.input() instanceof Input.Start
        && neededFrom.getOrDefault(step.node, position) < position
        && firstStart(step.node) == position;
  }

  private int firstStart(long node) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).node == node && steps.get(i).input() instanceof Input.Start) {
        return i;
      }
    }
    return -1;
  }

  /** Starts the nodes to which a message is sent from here on. */
  private void startNeeded(int step) {
    for (Map.Entry<Long, Integer> needed : neededFrom.entrySet()) {
      if (needed.getValue() == step) {
        write(steps.get(firstStart(needed.getKey())), false);
      }
    }
  }

  // Steps.

  private void write(RecordedStep step, boolean isLast) {
    boolean isPrompt =
        switch (hosts) {
          case AT_ONCE -> true;
          case AS_RECORDED -> step.isPrompt(isLast);
          case BY_COMMANDS -> false;
        };
    if (step.input() instanceof Input.Start start) {
      write(step.node, start, isPrompt);
    } else if (isQuietTick(step)) {
      ticks.merge(step.node, 1, Integer::sum);
      if (isLast) {
        flushTicks(step.node, 0);
      }
      return;
    } else {
      if (isTick(step)) {
        pace(step.node, isPrompt);
        flushTicks(step.node, 1);
      } else {
        flushTicks(step.node, 0);
        pace(step.node, isPrompt);
        write(step.node, step.input());
      }
    }
    boolean isManual = manual.contains(step.node);
    for (int i = 0; i < step.parts().size(); i++) {
      i += write(step.node, step.parts(), i, isManual);
    }
    if (isLast && isManual) {
      // A promise that is broken when a Ready is taken ends the run before the Ready is recorded.
      lines.add("ready " + step.node);
    }
  }

  private static boolean isQuietTick(RecordedStep step) {
    return step.parts().isEmpty() && isTick(step);
  }

  private static boolean isTick(RecordedStep step) {
    return step.input() instanceof Input.Delivery delivery
        && delivery.ticks() == 1
        && delivery.messages().isEmpty();
  }

  private void flushTicks(long node, int more) {
    int all = ticks.getOrDefault(node, 0) + more;
    ticks.remove(node);
    if (all > 0) {
      lines.add("tick " + node + (all == 1 ? "" : " " + all));
    }
  }

  /** Writes ticks of a node that follow each other as one command. */
  private void mergeTicks() {
    for (int i = lines.size() - 1; i > 0; i--) {
      String[] before = lines.get(i - 1).split(" ", -1);
      String[] after = lines.get(i).split(" ", -1);
      if (before[0].equals("tick") && after[0].equals("tick") && before[1].equals(after[1])) {
        lines.remove(i);
        lines.set(i - 1, "tick " + before[1] + " " + (count(before) + count(after)));
      }
    }
  }

  private static int count(String... tick) {
    return tick.length < 3 ? 1 : Integer.parseInt(tick[2]);
  }

  private void pace(long node, boolean isPrompt) {
    if (!isPrompt && manual.add(node)) {
      lines.add("host " + node + " manual");
    } else if (isPrompt && manual.remove(node)) {
      lines.add("host " + node + " at-once");
    }
  }

  private void write(long node, Input input) {
    if (input instanceof Input.Call call) {
      lines.add(call.name() + " " + node + call.text());
      if (call.name().equals("crash")) {
        ticks.remove(node);
      }
    } else if (input instanceof Input.Delivery delivery) {
      delivery.messages().forEach(this::copy);
      String messages =
          delivery.messages().stream()
              .map(name -> " \"" + name + "\"")
              .collect(Collectors.joining());
      boolean isSingle = delivery.ticks() == 0 && delivery.messages().size() == 1;
      String late = "late " + node + " " + delivery.ticks();
      lines.add((isSingle ? "deliver" : late) + (messages.isEmpty() ? " " + World.NONE : messages));
    }
  }

  /** Makes the copies of a message that is delivered more than once. */
  private void copy(String name) {
    if (copied.add(name)) {
      for (int i = deliveries.getOrDefault(name, 1); i > 1; i--) {
        lines.add("duplicate \"" + name + "\"");
      }
    }
  }

  /** Writes a part of what a host does, and returns how many more were written with it. */
  private int write(long node, List<Part> parts, int at, boolean isManual) {
    Part part = parts.get(at);
    if (part.kind() == Kind.COMPACT) {
      lines.add("compact " + node + (part.number() == 0 ? "" : " keep=" + part.number()));
      return 0;
    }
    if (!isManual) {
      return 0;
    }
    switch (part.kind()) {
      case READY -> lines.add("ready " + node);
      case WRITE -> {
        boolean persists = at + 1 < parts.size() && parts.get(at + 1).kind() == Kind.ACKNOWLEDGE;
        lines.add((persists ? "persist " : "write ") + node);
        return persists ? 1 : 0;
      }
      case ACKNOWLEDGE -> lines.add("acknowledge " + node);
      default -> lines.add("apply " + node + " " + part.number());
    }
    return 0;
  }

  // Starts.

  private void write(long node, Input.Start start, boolean isPrompt) {
    RaftConfig before = configurations.put(node, start.config());
    List<String> options = new ArrayList<>(start.storage());
    RaftConfig base = before == null ? RaftConfig.builder(node).build() : before;
    options.addAll(NodeOptions.differences(base, start.config()));
    if (before == null && keepingState.contains(node)) {
      options.add("keep-state=on");
    }
    if (before != null && start.config().incarnation() != before.incarnation() + 1) {
      options.add("incarnation=" + start.config().incarnation());
    }
    if (isPrompt ? manualAtStart.remove(node) : manualAtStart.add(node)) {
      options.add(isPrompt ? "host=at-once" : MANUAL.strip());
    }
    if (isPrompt) {
      manual.remove(node);
    } else {
      manual.add(node);
    }
    String text = options.stream().map(option -> " " + option).collect(Collectors.joining());
    lines.add((before == null ? "node " : "restart ") + node + text);
  }

  /** Writes the first voters as one command if they differ in their ids only. */
  private void mergeCluster() {
    int count = 0;
    while (count < lines.size()
        && lines.get(count).startsWith("node " + (count + 1) + " ")
        && optionsOf(lines.get(count)).equals(optionsOf(lines.get(0)))) {
      count++;
    }
    StringBuilder voters = new StringBuilder(" voters=");
    for (int id = 1; id <= count; id++) {
      voters.append(id == 1 ? "" : ",").append(id);
    }
    if (count > 0 && (optionsOf(lines.get(0)) + " ").startsWith(voters + " ")) {
      String options = optionsOf(lines.get(0)).substring(voters.length());
      lines.subList(0, count).clear();
      lines.add(0, "cluster " + count + options);
    }
  }

  private static String optionsOf(String line) {
    return line.substring(line.indexOf(' ', "node ".length()));
  }
}
