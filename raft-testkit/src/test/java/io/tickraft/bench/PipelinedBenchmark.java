package io.tickraft.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a proposal of 16 bytes while 64 are outstanding. Each command is proposed on its own,
 * and the host takes further Readys before it acknowledges the earlier ones.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Pipelined
 * }</pre>
 */
public class PipelinedBenchmark extends OneThread {

  private static final int OUTSTANDING = 64;

  /** Whether every message is encoded to bytes, and parsed when it arrives. */
  @Param({"false", "true"})
  public boolean encoded;

  /**
   * How many commands arrive in one turn of the leader's loop. With 1, each has an append of its
   * own; with 16, those of one turn share an append.
   */
  @Param({"1", "16"})
  public int arrivals;

  private PumpedGroup group;
  private long proposed;
  private int arrived;

  /** Elects the leader. */
  @Setup
  public void open() {
    // A command is applied two acknowledgements after it was proposed: by then 64 have arrived.
    int delay = OUTSTANDING / arrivals / 2;
    group =
        PumpedGroup.builder()
            .encoded(encoded)
            .delay(delay)
            .config(config -> config.maxOutstandingReadys(4 * OUTSTANDING))
            .build();
    proposed = group.applied(1);
  }

  /** Proposes one command, and lets the loop turn when it is due or 64 are outstanding. */
  @Benchmark
  public long outstanding64() {
    proposed = group.append(Commands.ONE_COMMAND);
    if (++arrived == arrivals) {
      arrived = 0;
      group.turn();
    }
    while (proposed - group.applied(1) >= OUTSTANDING) {
      group.turn();
    }
    return proposed;
  }
}
