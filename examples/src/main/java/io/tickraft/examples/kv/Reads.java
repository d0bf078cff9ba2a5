package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.Redirection;
import io.tickraft.examples.kv.command.KvMap;
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
 * Answers the reads of clients linearizably, on any node.
 *
 * <p>All reads that arrived together share one call of {@link RaftNode#readIndex}. When the leader
 * has confirmed a read index, and this node has applied all entries up to it, they may be answered
 * from this node's map, now or later: when the client has read the answers before. So a read sees
 * every write that was acknowledged before the read arrived (thesis 6.4).
 *
 * <p>A failed attempt changes nothing. So it is repeated a tick later, until the read times out: a
 * change of leader delays a read, but does not fail it.
 */
final class Reads {

  private static final Reply TIMED_OUT =
      new Reply.Failure("NOTAPPLIED timed out before the read could be answered");
  private static final Reply CLOSED =
      new Reply.Failure("NOTAPPLIED the node stopped before the read could be answered");

  /** A read that may be done as soon as its index is applied, and then at any later time. */
  private final class Read implements Answer.Result {
    final Query query;
    final Answer answer;
    final long deadlineNanos;

    /** Whether no leader was known at the last attempt. */
    boolean leaderless;

    Read(Query query, Answer answer, long deadlineNanos) {
      this.query = query;
      this.answer = answer;
      this.deadlineNanos = deadlineNanos;
    }

    boolean isOver() {
      return answer.isComplete();
    }

    @Override
    public Reply read(long maxBytes) {
      return query.answer(map, maxBytes);
    }

    void timeOut() {
      answer.complete(leaderless ? Redirection.NO_LEADER : TIMED_OUT);
    }
  }

  /** Reads that may be answered as soon as all entries up to the index are applied. */
  private record Confirmed(long index, ArrayDeque<Read> reads) {}

  private final KvMap map;
  private final LongSupplier appliedIndex;
  private final Runnable wake;
  private final long timeoutNanos;
  private final long retryNanos;

  /** All reads that are not answered, and some that are, in the order of their arrival. */
  private final ArrayDeque<Read> all = new ArrayDeque<>();

  private ArrayDeque<Read> arrived = new ArrayDeque<>();
  private List<Read> failed = new ArrayList<>();
  private long retryAtNanos;

  /** The reads that wait for a read index, by the context of their request. */
  private final Map<ByteString, ArrayDeque<Read>> requested = new HashMap<>();

  private final List<Confirmed> confirmed = new ArrayList<>();
  private long lastContext;

  /**
   * Creates an empty queue.
   *
   * @param map the map of this node
   * @param appliedIndex the index of the last entry that is applied to the map
   * @param wake schedules a run of the loop, which requests a read index
   * @param timeoutMillis milliseconds until a client gets an error
   * @param retryMillis milliseconds from a failed attempt to the next
   */
  Reads(KvMap map, LongSupplier appliedIndex, Runnable wake, long timeoutMillis, long retryMillis) {
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

  /** Requests a read index for all reads that have arrived, in one call. */
  void askOn(RaftNode node) {
    if (!failed.isEmpty() && System.nanoTime() - retryAtNanos >= 0) {
      arrived.addAll(failed);
      failed.clear();
    }
    if (arrived.isEmpty()) {
      return;
    }
    ArrayDeque<Read> batch = arrived;
    arrived = new ArrayDeque<>();
    ByteString context = ByteString.copyFromUtf8(Long.toString(++lastContext));
    if (node.readIndex(context) instanceof ReadResult.Rejected rejected) {
      retry(batch, rejected.leader());
    } else {
      requested.put(context, batch);
    }
  }

  private void retry(ArrayDeque<Read> batch, long leader) {
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

  /** Takes the outcomes of requests. */
  void complete(List<ReadState> states) {
    for (ReadState state : states) {
      ArrayDeque<Read> batch = requested.remove(state.context());
      if (batch == null) {
        throw new IllegalStateException("the outcome of a read that was not requested: " + state);
      }
      if (state instanceof ReadState.Confirmed at) {
        confirmed.add(new Confirmed(at.index(), batch));
      } else if (state instanceof ReadState.Aborted aborted) {
        retry(batch, aborted.leader());
      }
    }
  }

  /**
   * Answers the reads whose index is applied, for a while: ten thousand of large values take longer
   * than an election timeout.
   *
   * @return whether some are left that can be answered at once
   */
  boolean answer() {
    if (confirmed.isEmpty()) {
      return false;
    }
    long start = System.nanoTime();
    confirmed.removeIf(batch -> answerIfApplied(batch, start));
    return confirmed.stream().anyMatch(batch -> batch.index <= appliedIndex.getAsLong());
  }

  /** Returns whether nothing of the batch is left. */
  private boolean answerIfApplied(Confirmed batch, long startNanos) {
    if (batch.index > appliedIndex.getAsLong()) {
      return false;
    }
    while (!batch.reads.isEmpty() && System.nanoTime() - startNanos < RaftLoop.TURN_NANOS) {
      Read read = batch.reads.remove();
      if (!read.isOver()) {
        read.answer.completeWith(read);
      }
    }
    return batch.reads.isEmpty();
  }

  /** Answers reads that have timed out. */
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
      // Their index may never be applied here: for example, if this node was removed.
      confirmed.removeIf(batch -> batch.reads.stream().allMatch(Read::isOver));
      failed.removeIf(Read::isOver);
    }
  }

  /** Answers all pending reads with an error. */
  void close() {
    all.forEach(read -> read.answer.complete(CLOSED));
    all.clear();
    arrived.clear();
    failed.clear();
  }
}
