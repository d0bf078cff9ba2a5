package io.tickraft.bench;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Measures the bytes that a proposal allocates in a group of three, over all nodes, in a JVM of its
 * own. The figure depends on what the JIT compiler inlines. In a JVM that does nothing else, and
 * that waits for each compilation, it is the same in every run.
 */
final class AllocationMain {

  private static final int PROPOSALS_PER_ROUND = 32 * 1024;

  /** The figure is the same from the fourth round on. */
  private static final int ROUNDS = 6;

  private AllocationMain() {}

  /**
   * {@return the bytes of a proposal in batches of a size, measured in a new JVM}
   *
   * @throws IOException if the JVM does not start or fails
   */
  static double bytesPerProposal(int batch) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xbatch",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                AllocationMain.class.getName(),
                Integer.toString(batch))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (process.waitFor() != 0) {
      throw new IOException("the JVM that measures failed: " + output);
    }
    return Double.parseDouble(output);
  }

  /** Prints the bytes of a proposal; the argument is the number of proposals in a batch. */
  public static void main(String[] args) {
    int size = Integer.parseInt(args[0]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    PumpedGroup group = PumpedGroup.builder().build();
    List<ByteString> commands = Collections.nCopies(size, Commands.PAYLOAD);
    long bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PROPOSALS_PER_ROUND; i += size) {
        group.propose(commands);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    System.out.println(bytes / (double) PROPOSALS_PER_ROUND);
  }
}
