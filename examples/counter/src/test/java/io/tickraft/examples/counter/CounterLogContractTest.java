package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.testkit.contract.StorageContract;
import io.tickraft.testkit.contract.TestedStore;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;

/** The node's file keeps the rules of a storage. */
final class CounterLogContractTest extends StorageContract {

  @TempDir Path dir;

  private int stores;

  @Override
  protected TestedStore create(long... voters) {
    Path node = dir.resolve("node-" + ++stores);
    return new CounterStore(node, LongStream.of(voters).boxed().toList());
  }

  @Override
  protected ByteString command(long index, int size) {
    return ByteString.copyFromUtf8("0".repeat(size) + index); // A number, whatever its size.
  }
}
