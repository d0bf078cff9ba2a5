package io.tickraft.testkit.picture;

import io.tickraft.core.RaftText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The data of a page, as JSON. Keys are short, and what is 0, false or empty is left out: a run has
 * thousands of steps. {@code picture.js} says what each key means.
 */
final class PictureData {

  private final PictureRecorder recorder;
  private final List<Step> steps;
  private final boolean[] cone;
  private final Json json = new Json();

  /** What was last written of each node's state. */
  private final Map<Long, NodeState> states = new TreeMap<>();

  /**
   * Prepares the data.
   *
   * @param cone which steps can have caused the failure; empty if there is none
   */
  PictureData(PictureRecorder recorder, boolean[] cone) {
    this.recorder = recorder;
    this.steps = recorder.steps();
    this.cone = cone;
  }

  /**
   * Writes the data.
   *
   * @param title the name of the run, and what is said about all of it
   */
  String text(Picture.Title title) {
    json.open('{');
    json.key("name").value(title.name());
    json.optional("sentence", title.sentence());
    json.texts("details", title.details());
    json.optional("atEnd", title.isAtEnd() ? 1 : 0);
    json.optional("replay", title.replay());
    json.texts("settings", title.settings());
    json.optional("dropped", recorder.dropped());
    json.key("clock").value(steps.stream().anyMatch(step -> step.at >= 0) ? 1 : 0);
    json.numbers("nodes", nodes());
    nodeSettings();
    firstStates();
    steps();
    json.texts("lastNotes", recorder.lastNotes());
    messages();
    links();
    operations();
    entries();
    json.close('}');
    return json.toString();
  }

  private Set<Long> nodes() {
    Set<Long> nodes = new TreeSet<>();
    steps.forEach(step -> nodes.add(step.node));
    return nodes;
  }

  private void nodeSettings() {
    json.key("nodeSettings").open('{');
    recorder.settings().forEach((id, text) -> json.optional(String.valueOf(id), text));
    json.close('}');
  }

  private void firstStates() {
    json.key("first").open('{');
    recorder
        .firstStates()
        .forEach(
            (id, state) -> {
              json.key(String.valueOf(id));
              state(NodeState.UNKNOWN, state);
              states.put(id, state);
            });
    json.close('}');
  }

  // Steps.

  private void steps() {
    json.key("steps").open('[');
    for (int i = 0; i < steps.size(); i++) {
      step(steps.get(i), i < cone.length && cone[i]);
    }
    json.close(']');
  }

  private void step(Step step, boolean isCause) {
    json.open('{');
    json.optional("t", Math.max(0, step.at));
    json.key("n").value(step.node);
    json.key("k").value(step.kind.name().toLowerCase(Locale.ROOT));
    json.key("i").value(step.words());
    json.texts("e", step.effects);
    json.texts("o", step.notes);
    json.optional("r", step.isHidden() ? 1 : 0);
    json.optional("f", step.isEffective ? 1 : 0);
    json.optional("c", isCause ? 1 : 0);
    if (step.message != null) {
      json.key("m").value(step.message.number);
    }
    json.numbers("x", step.indexes);
    NodeState before = states.getOrDefault(step.node, NodeState.UNKNOWN);
    if (!step.after.equals(before)) {
      json.key("s");
      state(before, step.after);
      states.put(step.node, step.after);
    }
    json.close('}');
  }

  /** Writes what differs from the state before. */
  private void state(NodeState before, NodeState after) {
    json.open('{');
    number("u", before.isUp() ? 1 : 0, after.isUp() ? 1 : 0);
    text("r", before.role(), after.role());
    number("t", before.term(), after.term());
    number("v", before.vote(), after.vote());
    number("l", before.leader(), after.leader());
    number("c", before.commit(), after.commit());
    number("a", before.applied(), after.applied());
    number("z", before.last(), after.last());
    number("y", before.lastTerm(), after.lastTerm());
    text("f", before.members(), after.members());
    number("x", before.transfer(), after.transfer());
    text("p", before.peers(), after.peers());
    text("g", before.log(), after.log());
    text("d", before.durable(), after.durable());
    text("h", before.hard(), after.hard());
    text("e", before.durableHard(), after.durableHard());
    json.close('}');
  }

  private void number(String key, long before, long after) {
    if (before != after) {
      json.key(key).value(after);
    }
  }

  private void text(String key, String before, String after) {
    if (!before.equals(after)) {
      json.key(key).value(after);
    }
  }

  // The rest.

  private void messages() {
    List<SentMessage> messages = recorder.messages();
    json.key("firstMessage").value(messages.isEmpty() ? 0 : messages.get(0).number);
    json.key("messages").open('[');
    for (SentMessage sent : messages) {
      json.open('{');
      json.key("k").value(RaftText.of(sent.message.getBodyCase()));
      json.key("f").value(sent.message.getFrom());
      json.key("t").value(sent.message.getTo());
      json.key("s").value(sent.step);
      json.numbers("d", sent.deliveries);
      json.numbers("x", sent.losses);
      json.optional("q", sent.isChanged ? 1 : 0);
      json.key("w").value(RaftText.of(sent.message));
      json.close('}');
    }
    json.close(']');
  }

  private void links() {
    json.key("links").open('[');
    for (LinkChange change : recorder.linkChanges()) {
      json.open('{').key("s").value(change.step()).optional("t", Math.max(0, change.at()));
      json.numbers("cut", change.cut()).close('}');
    }
    json.close(']');
  }

  private void operations() {
    json.key("ops").open('[');
    for (ClientOperation operation : recorder.operations()) {
      json.open('{');
      json.key("k").value(operation.kind);
      json.key("n").value(operation.node);
      json.key("w").value(operation.text);
      json.key("b").value(operation.begin);
      if (!operation.isOpen()) {
        json.key("e").value(operation.end);
      }
      json.optional("o", operation.outcome);
      json.optional("d", operation.isDone ? 1 : 0);
      json.close('}');
    }
    json.close(']');
  }

  private void entries() {
    json.key("entries").open('{');
    new ArrayList<>(recorder.entries().entrySet())
        .forEach(entry -> json.key(entry.getKey()).value(entry.getValue()));
    json.close('}');
  }
}
