package io.tickraft.bench;

import com.google.protobuf.ByteString;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures one proposal at a time until three nodes have applied it, by the size of its command.
 * Each log is compacted after 16 MiB of commands, at the latest after 8,192 entries.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Payload
 * }</pre>
 */
public class PayloadBenchmark extends OneThread {

  private static final int KEPT_BYTES = 16 << 20;

  /** Whether every message is encoded to bytes, and parsed when it arrives. */
  @Param({"false", "true"})
  public boolean encoded;

  /** The size of a command in bytes. */
  @Param({"16", "256", "4096", "65536", "1048576"})
  public int payload;

  private List<ByteString> command;
  private PumpedGroup group;
  private Baseline baseline;

  /** Elects the leader. */
  @Setup
  public void open() {
    command = List.of(ByteString.copyFrom(new byte[payload]));
    int kept = (int) Math.min(PumpedGroup.COMPACTION, KEPT_BYTES / payload);
    group = PumpedGroup.builder().encoded(encoded).compaction(0, kept).build();
    baseline = new Baseline(3, encoded, kept);
  }

  /** One proposal at a time. */
  @Benchmark
  public long oneByOne() {
    return group.propose(command);
  }

  /** Without a protocol, one at a time. */
  @Benchmark
  public long baselineOneByOne() {
    return baseline.propose(command);
  }
}
