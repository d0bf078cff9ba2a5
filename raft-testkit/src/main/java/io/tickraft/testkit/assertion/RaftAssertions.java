package io.tickraft.testkit.assertion;

import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import java.util.List;

/**
 * The entry points of the assertions. For static import, beside AssertJ's own.
 *
 * <pre>{@code
 * assertThat(ready).hasEntries(entry(3, 6, "a")).mustSync()
 *     .sendsAfterPersist(appendResponse(fromNode(1).to(2).term(3)).accepted(6).commit(4));
 * assertThat(node.status()).isFollowerOf(2).hasTerm(3).hasCommit(4);
 * assertThatLog(node.log()).hasTerms(1, 1, 2, 2, 3);
 * }</pre>
 */
public final class RaftAssertions {

  private RaftAssertions() {}

  /**
   * Starts assertions about a Ready.
   *
   * @param actual the Ready
   * @return the assertions
   */
  public static ReadyAssert assertThat(Ready actual) {
    return new ReadyAssert(actual);
  }

  /**
   * Starts assertions about a message.
   *
   * @param actual the message
   * @return the assertions
   */
  public static MessageAssert assertThat(Message actual) {
    return new MessageAssert(actual);
  }

  /**
   * Starts assertions about a node's status.
   *
   * @param actual the status
   * @return the assertions
   */
  public static StatusAssert assertThat(Status actual) {
    return new StatusAssert(actual);
  }

  /**
   * Starts assertions about messages, for example those that a node has sent.
   *
   * @param actual the messages
   * @return the assertions
   */
  public static MessagesAssert assertThatMessages(List<Message> actual) {
    return new MessagesAssert(actual);
  }

  /**
   * Starts assertions about a log, or a part of one.
   *
   * @param actual the entries
   * @return the assertions
   */
  public static LogAssert assertThatLog(List<Entry> actual) {
    return new LogAssert(actual);
  }
}
