package io.tickraft.bench;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a proposal of 16 bytes costs until three nodes have applied it, alone and in batches; and
 * what remains without a protocol, when the same entries in the same messages are only handed over
 * and added to three lists.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Replication
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReplicationBenchmark {

  private static final int SOME = 16;
  private static final int MANY = 1024;
  private static final ByteString PAYLOAD = ByteString.copyFrom(new byte[16]);
  private static final List<ByteString> ONE_COMMAND = List.of(PAYLOAD);
  private static final List<ByteString> SOME_COMMANDS = Collections.nCopies(SOME, PAYLOAD);
  private static final List<ByteString> MANY_COMMANDS = Collections.nCopies(MANY, PAYLOAD);

  private final PumpedGroup group = new PumpedGroup();
  private final Lists lists = new Lists();

  /** One proposal at a time. */
  @Benchmark
  public long oneByOne() {
    return group.propose(ONE_COMMAND);
  }

  /** 16 proposals at a time; the figures are those of one. */
  @Benchmark
  @OperationsPerInvocation(SOME)
  public long batchesOf16() {
    return group.propose(SOME_COMMANDS);
  }

  /** 1,024 proposals at a time; the figures are those of one. */
  @Benchmark
  @OperationsPerInvocation(MANY)
  public long batchesOf1024() {
    return group.propose(MANY_COMMANDS);
  }

  /** Without a protocol, one at a time. */
  @Benchmark
  public long baselineOneByOne() {
    return lists.add(ONE_COMMAND);
  }

  /** Without a protocol, 16 at a time. */
  @Benchmark
  @OperationsPerInvocation(SOME)
  public long baselineBatchesOf16() {
    return lists.add(SOME_COMMANDS);
  }

  /** Without a protocol, 1,024 at a time. */
  @Benchmark
  @OperationsPerInvocation(MANY)
  public long baselineBatchesOf1024() {
    return lists.add(MANY_COMMANDS);
  }

  /** Three lists of entries, two of which get theirs as messages. */
  private static final class Lists {

    private static final int KEPT = 8192;

    private final List<List<Entry>> logs =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    private long last;

    long add(List<ByteString> commands) {
      EntryId prev = EntryId.newBuilder().setIndex(last).setTerm(1).build();
      List<Entry> log = logs.get(0);
      int from = log.size();
      for (int i = 0; i < commands.size(); i++) {
        log.add(
            Entry.newBuilder()
                .setTerm(1)
                .setIndex(++last)
                .setType(EntryType.ENTRY_TYPE_COMMAND)
                .setData(commands.get(i))
                .build());
      }
      Append append =
          Append.newBuilder()
              .setPrev(prev)
              .addAllEntries(log.subList(from, log.size()))
              .setCommit(prev.getIndex())
              .build();
      long taken = 0;
      for (int to = 1; to <= 2; to++) {
        Message message =
            Message.newBuilder().setFrom(1).setTo(to + 1).setTerm(1).setAppend(append).build();
        logs.get(to).addAll(message.getAppend().getEntriesList());
        taken += logs.get(to).size();
      }
      if (log.size() >= KEPT) {
        logs.forEach(List::clear);
      }
      return taken;
    }
  }
}
