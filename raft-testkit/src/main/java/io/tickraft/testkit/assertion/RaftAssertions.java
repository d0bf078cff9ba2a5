package io.tickraft.testkit.assertion;

import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import java.util.List;

/**
 * Where the assertions start. For static import, beside AssertJ's own.
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
   * @return its assertions
   */
  public static ReadyAssert assertThat(Ready actual) {
    return new ReadyAssert(actual);
  }

  /**
   * Starts assertions about a message.
   *
   * @param actual the message
   * @return its assertions
   */
  public static MessageAssert assertThat(Message actual) {
    return new MessageAssert(actual);
  }

  /**
   * Starts assertions about what a node knows.
   *
   * @param actual the status
   * @return its assertions
   */
  public static StatusAssert assertThat(Status actual) {
    return new StatusAssert(actual);
  }

  /**
   * Starts assertions about messages, such as those that have left a node.
   *
   * @param actual the messages
   * @return their assertions
   */
  public static MessagesAssert assertThatMessages(List<Message> actual) {
    return new MessagesAssert(actual);
  }

  /**
   * Starts assertions about a log, or a part of one.
   *
   * @param actual the entries
   * @return their assertions
   */
  public static LogAssert assertThatLog(List<Entry> actual) {
    return new LogAssert(actual);
  }
}
