package io.tickraft.testkit.explore;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens before an {@link Exploration} begins, in one order: it brings the group into the
 * state from which all orderings are explored. Immutable; each method returns a longer prelude.
 *
 * <pre>{@code
 * Prelude.none().campaign(1).deliverAll().propose(1).deliverAmong(1, 2)
 * }</pre>
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

  /** {@return the prelude in which nothing happens: all nodes have just started} */
  public static Prelude none() {
    return new Prelude(List.of());
  }

  /**
   * Returns the prelude in which a run happens, such as the first part of one that was interesting.
   *
   * @param ordering its events; what does not apply is skipped
   * @return the prelude
   */
  public static Prelude of(Ordering ordering) {
    return none().then(rehearsal -> rehearsal.play(ordering));
  }

  /** {@return the prelude after which node 1 leads, and nothing is in flight} */
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
   * A node takes a snapshot, and drops the log that it covers.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude compact(long node) {
    return then(EventKind.COMPACT, node);
  }

  /**
   * A node crashes, and starts again with what it has synced. What a store of your own keeps is
   * what it keeps if all its choices are the most harmless ones.
   *
   * @param node its id
   * @return the longer prelude
   */
  public Prelude crash(long node) {
    return then(EventKind.CRASH, node);
  }

  /**
   * All messages arrive, and those that are sent then, until none is left.
   *
   * @return the longer prelude
   */
  public Prelude deliverAll() {
    return then(rehearsal -> rehearsal.deliver(message -> true));
  }

  /**
   * All messages from one of these nodes to another one of them arrive, and those that are sent
   * then, until none is left. Other messages stay in flight.
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

  /** A prelude names what is not there, or does not come to an end. */
  static final class ImpossibleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ImpossibleException(String message) {
      super(message);
    }
  }

  /** Chooses messages. */
  interface Choice {
    boolean takes(Message message);
  }
}
