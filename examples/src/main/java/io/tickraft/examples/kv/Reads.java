package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.KvView;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The reads of clients, on whichever node they arrive, from their arrival to their answer.
 *
 * <p>All that arrived together share one call of {@link RawNode#readIndex}. When the leader has
 * confirmed an index, and this node has applied all up to it, they are answered from this node's
 * map: nothing that was acknowledged to anyone before they arrived is missing (thesis 6.4).
 *
 * <p>An attempt that fails changes nothing, so it is made again a tick later, as long as the
 * client's time is not up: a change of leader costs a reader time and no error.
 */
final class Reads {

  private static final Reply TIMED_OUT =
      new Reply.Failure("NOTAPPLIED timed out before the read could be answered");
  private static final Reply CLOSED =
      new Reply.Failure("NOTAPPLIED the node stopped before the read could be answered");

  private static final class Read {
    final Query query;
    final Answer answer;
    final long deadlineNanos;
    boolean leaderless;

    Read(Query query, Answer answer, long deadlineNanos) {
      this.query = query;
      this.answer = answer;
      this.deadlineNanos = deadlineNanos;
    }

    boolean isOver() {
      return answer.reply().isPresent();
    }

    void timeOut() {
      answer.complete(leaderless ? Redirection.NO_LEADER : TIMED_OUT);
    }
  }

  /** Reads that see what they must as soon as all up to an index is applied. */
  private record Confirmed(long index, List<Read> reads) {}

  private final KvView map;
  private final LongSupplier appliedIndex;
  private final Runnable wake;
  private final long timeoutNanos;
  private final long retryNanos;

  /** All that are not answered, and some that are, in the order of their arrival. */
  private final ArrayDeque<Read> all = new ArrayDeque<>();

  private List<Read> arrived = new ArrayList<>();
  private List<Read> failed = new ArrayList<>();
  private long retryAtNanos;
  private final Map<ByteString, List<Read>> asked = new HashMap<>();
  private final List<Confirmed> confirmed = new ArrayList<>();
  private long lastContext;

  /**
   * Waits for reads.
   *
   * @param map what is read
   * @param appliedIndex up to where it is applied
   * @param wake has the loop ask soon
   * @param timeoutMillis after how long a client is told that there is no answer
   * @param retryMillis how long to wait after a failed attempt
   */
  Reads(
      KvView map, LongSupplier appliedIndex, Runnable wake, long timeoutMillis, long retryMillis) {
    this.map = map;
    this.appliedIndex = appliedIndex;
    this.wake = wake;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.retryNanos = TimeUnit.MILLISECONDS.toNanos(retryMillis);
  }

  void read(Query query, Answer answer) {
    Read read = new Read(query, answer, System.nanoTime() + timeoutNanos);
    all.add(read);
    arrived.add(read);
    wake.run();
  }

  /** Asks for an index for all that have arrived, in one call. */
  void askOn(RawNode node) {
    if (!failed.isEmpty() && System.nanoTime() - retryAtNanos >= 0) {
      arrived.addAll(failed);
      failed.clear();
    }
    if (arrived.isEmpty()) {
      return;
    }
    List<Read> batch = arrived;
    arrived = new ArrayList<>();
    ByteString context = ByteString.copyFromUtf8(Long.toString(++lastContext));
    if (node.readIndex(context) instanceof ReadResult.Rejected rejected) {
      retry(batch, rejected.leader());
    } else {
      asked.put(context, batch);
    }
  }

  private void retry(List<Read> batch, long leader) {
    if (failed.isEmpty()) {
      retryAtNanos = System.nanoTime() + retryNanos;
    }
    for (Read read : batch) {
      if (!read.isOver()) {
        read.leaderless = leader == 0;
        failed.add(read);
      }
    }
  }

  /** Takes note of how attempts ended, and answers what can be answered now. */
  void complete(List<ReadState> states) {
    for (ReadState state : states) {
      List<Read> batch = asked.remove(state.context());
      if (batch == null) {
        throw new IllegalStateException("a read that nobody asked for: " + state);
      }
      if (state instanceof ReadState.Confirmed at) {
        confirmed.add(new Confirmed(at.index(), batch));
      } else if (state instanceof ReadState.Aborted aborted) {
        retry(batch, aborted.leader());
      }
    }
    if (!confirmed.isEmpty()) {
      confirmed.removeIf(this::answerIfApplied);
    }
  }

  private boolean answerIfApplied(Confirmed batch) {
    if (batch.index > appliedIndex.getAsLong()) {
      return false;
    }
    for (Read read : batch.reads) {
      if (!read.isOver()) {
        read.answer.complete(read.query.answer(map));
      }
    }
    return true;
  }

  /** Gives up what takes too long. */
  void expire(long nowNanos) {
    boolean timedOut = false;
    for (Read first = all.peek();
        first != null && (first.isOver() || first.deadlineNanos - nowNanos <= 0);
        first = all.peek()) {
      all.remove();
      if (!first.isOver()) {
        first.timeOut();
        timedOut = true;
      }
    }
    if (timedOut) {
      // A node that was removed, for one, never gets as far as it would have to.
      confirmed.removeIf(batch -> batch.reads.stream().allMatch(Read::isOver));
      failed.removeIf(Read::isOver);
    }
  }

  /** There will be no answers any more. */
  void close() {
    all.forEach(read -> read.answer.complete(CLOSED));
    all.clear();
    arrived.clear();
    failed.clear();
  }
}
