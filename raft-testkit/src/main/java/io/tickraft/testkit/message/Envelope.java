package io.tickraft.testkit.message;

import io.tickraft.proto.Message;

/**
 * The sender, receiver, term and group of a message. Immutable: each method returns a changed copy,
 * so many messages can share one envelope.
 *
 * <p>{@link Messages#fromNode} starts one.
 */
public final class Envelope {

  private final long from;
  private final long to;
  private final long term;
  private final long group;

  Envelope(long from, long to, long term, long group) {
    this.from = from;
    this.to = to;
    this.term = term;
    this.group = group;
  }

  /** {@return the envelope of an answer to a message, in the message's term} */
  static Envelope ofAnswerTo(Message message) {
    return new Envelope(message.getTo(), message.getFrom(), message.getTerm(), message.getGroup());
  }

  /**
   * Sets the receiver.
   *
   * @param to the receiver's id
   * @return a changed copy
   */
  public Envelope to(long to) {
    return new Envelope(from, to, term, group);
  }

  /**
   * Sets the sender's term. Requests to a leader (proposals, reads, transfers) and the answers to
   * them have no term.
   *
   * @param term the term; 0: none
   * @return a changed copy
   */
  public Envelope term(long term) {
    return new Envelope(from, to, term, group);
  }

  /**
   * Sets the Raft group.
   *
   * @param group the group; 0: none
   * @return a changed copy
   */
  public Envelope group(long group) {
    return new Envelope(from, to, term, group);
  }

  Message.Builder message() {
    return Message.newBuilder().setFrom(from).setTo(to).setTerm(term).setGroup(group);
  }

  @Override
  public String toString() {
    return from + "→" + to + " t" + term + (group == 0 ? "" : " g" + group);
  }
}
