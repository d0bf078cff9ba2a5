package io.tickraft.bench;

import com.google.protobuf.ByteString;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a linearizable read without a lease, from {@code readIndex} to its confirmation, while
 * 64 are outstanding. One iteration of a second makes more than a million.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=ReadBenchmark
 * }</pre>
 */
public class ReadBenchmark extends OneThread {

  private static final int OUTSTANDING = 64;
  private static final ByteString CONTEXT = ByteString.copyFromUtf8("read");

  /** The node that is asked: 1 is the leader, 2 a follower. */
  @Param({"1", "2"})
  public long node;

  private PumpedGroup group;

  /** Elects the leader. */
  @Setup
  public void open() {
    group = PumpedGroup.builder().build();
  }

  /** 64 reads that share what one turn of the loop sends; the figures are those of one. */
  @Benchmark
  @OperationsPerInvocation(OUTSTANDING)
  public long outstanding64() {
    return group.read(node, CONTEXT, OUTSTANDING);
  }
}
