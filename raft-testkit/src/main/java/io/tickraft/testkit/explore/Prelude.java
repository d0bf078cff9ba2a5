package io.tickraft.testkit.explore;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The events before an {@link Exploration}, in one order. They bring the group into the state from
 * which all orderings are explored. Immutable; each method returns a longer prelude.
 *
 * <pre>{@code
 * Prelude.none().campaign(1).deliverAll().propose(1).deliverAmong(1, 2)
 * }</pre>
 *
 * <p>A prelude is checked when the exploration {@linkplain Exploration#run() runs}: it is
 * impossible if it names a node that does not exist or a change that is not one of {@link
 * Exploration#changes}, or if more than 10,000 messages arrive one after the other.
 */
public final class Prelude {

  /** A part of a prelude. */
  interface Part {
    void in(Rehearsal rehearsal);
  }

  private final List<Part> parts;

  private Prelude(List<Part> parts) {
    this.parts = parts;
  }

  /** {@return the empty prelude: all nodes have just started} */
  public static Prelude none() {
    return new Prelude(List.of());
  }

  /**
   * Returns the prelude with the events of a run, such as the first part of a run that {@link
   * Exploration#walk} has made.
   *
   * @param ordering the events; an event that is not possible is skipped
   * @return the prelude
   */
  public static Prelude of(Ordering ordering) {
    return none().then(rehearsal -> rehearsal.play(ordering));
  }

  /** {@return the prelude after which node 1 leads, and no message is in flight} */
  public static Prelude leader() {
    return none().campaign(1).deliverAll();
  }

  private Prelude then(Part part) {
    List<Part> all = new ArrayList<>(parts);
    all.add(part);
    return new Prelude(List.copyOf(all));
  }

  private Prelude then(EventKind kind, long node) {
    return then(rehearsal -> rehearsal.act(kind, node, 0));
  }

  /**
   * A node campaigns.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude campaign(long node) {
    return then(EventKind.CAMPAIGN, node);
  }

  /**
   * A node ticks once.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude tick(long node) {
    return then(EventKind.TICK, node);
  }

  /**
   * A node forgets its leader.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude forgetLeader(long node) {
    return then(EventKind.FORGET_LEADER, node);
  }

  /**
   * A node is asked to propose a command.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude propose(long node) {
    return then(rehearsal -> rehearsal.propose(node));
  }

  /**
   * A node is asked to propose the first {@linkplain Exploration#changes membership change} that is
   * equal to this one.
   *
   * @param node its id
   * @param change the change
   * @return the longer prelude
   */
  public Prelude change(long node, ConfChange change) {
    return then(rehearsal -> rehearsal.change(node, change));
  }

  /**
   * A node takes a snapshot of its state machine, and compacts the log up to its index.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude compact(long node) {
    return then(EventKind.COMPACT, node);
  }

  /**
   * A node crashes, and starts again with the synced part of its disk. A store of your own keeps
   * what it keeps if all its choices are 0, the most harmless ones.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude crash(long node) {
    return then(EventKind.CRASH, node);
  }

  /**
   * All messages in flight arrive, then those that are sent meanwhile, until none is left. Messages
   * to nodes that do not exist stay in flight.
   *
   * @return the longer prelude
   */
  public Prelude deliverAll() {
    return then(rehearsal -> rehearsal.deliver(message -> true));
  }

  /**
   * All messages between these nodes arrive, then those that are sent meanwhile, until none is
   * left. Other messages stay in flight.
   *
   * @param nodes their ids
   * @return the longer prelude
   */
  public Prelude deliverAmong(long... nodes) {
    long[] ids = nodes.clone();
    return then(
        rehearsal ->
            rehearsal.deliver(
                message -> contains(ids, message.getFrom()) && contains(ids, message.getTo())));
  }

  private static boolean contains(long[] ids, long id) {
    for (long one : ids) {
      if (one == id) {
        return true;
      }
    }
    return false;
  }

  /**
   * All messages in flight are lost.
   *
   * @return the longer prelude
   */
  public Prelude loseAll() {
    return then(Rehearsal::loseAll);
  }

  void in(Rehearsal rehearsal) {
    parts.forEach(part -> part.in(rehearsal));
  }

  /**
   * The prelude names a node or change that does not exist, or delivers messages without an end.
   */
  static final class ImpossibleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ImpossibleException(String message) {
      super(message);
    }
  }

  /** Chooses the messages that arrive. */
  interface Choice {
    boolean takes(Message message);
  }
}
