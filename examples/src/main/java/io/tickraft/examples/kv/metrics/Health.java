package io.tickraft.examples.kv.metrics;

import io.tickraft.core.Status;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Judges the published state of a node: whether its process must be restarted, and whether clients
 * should be sent to it.
 */
final class Health {

  private final long staleNanos;

  /**
   * Creates it.
   *
   * @param staleNanos the age, in nanoseconds, from which on a state or a read tells nothing about
   *     now
   */
  Health(long staleNanos) {
    this.staleNanos = staleNanos;
  }

  /** {@return why the process should be restarted, as a sentence; empty if it is alive} */
  Optional<String> liveProblem(Optional<NodeState> state, long nowNanos) {
    if (state.isEmpty()) {
      return Optional.of("The node is starting.");
    }
    long age = nowNanos - state.get().publishedNanos();
    return age > staleNanos
        ? Optional.of(node(state.get()) + " is blocked: its last tick was " + ago(age) + ".")
        : Optional.empty();
  }

  /**
   * {@return why clients should not be sent to the node; empty if it is ready} A sentence, and one
   * more for each node that has refused this one: a node that was removed while it was down, or
   * that has a wrong name or certificate, may learn why it finds no leader only from these.
   */
  Optional<String> readyProblem(Optional<NodeState> published, long nowNanos) {
    Optional<String> problem = liveProblem(published, nowNanos);
    if (problem.isPresent()) {
      return problem;
    }
    NodeState state = published.orElseThrow();
    if (state.isRemoved()) {
      return Optional.of(node(state) + " was removed from the group.");
    }
    long age = nowNanos - state.readNanos();
    return state.hasRead() && age <= staleNanos
        ? Optional.empty()
        : Optional.of(node(state) + " " + problem(state, age) + "." + refusals(state));
  }

  /** Returns why a node does not answer reads, without the subject of the sentence. */
  private static String problem(NodeState state, long readAgeNanos) {
    Status raft = state.raft();
    if (raft.appliedIndex() == 0) {
      return "has not joined a group yet";
    }
    if (raft.lostUpTo() > 0) {
      return "lacks entries that it had acknowledged, up to index "
          + raft.lostUpTo()
          + ": replace it by a node with a new id";
    }
    if (raft.leader() == 0) {
      return "knows no leader";
    }
    if (raft.appliedIndex() < raft.commitIndex()) {
      return "is catching up: it has applied "
          + raft.appliedIndex()
          + " of "
          + raft.commitIndex()
          + " entries";
    }
    return "cannot answer reads: "
        + (state.hasRead()
            ? "the last one was answered " + ago(readAgeNanos)
            : "none was answered yet");
  }

  private static String refusals(NodeState state) {
    StringBuilder sentences = new StringBuilder();
    for (NodeState.Peer peer : state.peers()) {
      peer.refusal()
          .ifPresent(
              why -> sentences.append(" Node " + peer.id() + " has refused it: " + why + "."));
    }
    return sentences.toString();
  }

  private static String node(NodeState state) {
    return "Node " + state.raft().id();
  }

  private static String ago(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms ago";
  }
}
