package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The example's file and its state machine, for the simulator and the contract of a storage. */
class CounterStore implements HostedStore {

  /** A part of a record that is less than the smallest one. */
  static final int TORN_BYTES = 40;

  private final Path dir;
  private final Function<Path, ? extends TestedLog> logs;
  private final Supplier<Counter> counters;
  private final TestedLog log;
  private final Counter counter;

  CounterStore(Path dir, List<Long> voters) {
    this(dir, voters, TestedLog::new, Counter::new);
  }

  CounterStore(
      Path dir,
      List<Long> voters,
      Function<Path, ? extends TestedLog> logs,
      Supplier<Counter> counters) {
    this(dir, logs, counters, created(logs.apply(dir), voters));
  }

  /** Starts with what is in the directory. */
  private CounterStore(
      Path dir,
      Function<Path, ? extends TestedLog> logs,
      Supplier<Counter> counters,
      TestedLog log) {
    this.dir = dir;
    this.logs = logs;
    this.counters = counters;
    this.log = log;
    this.counter = counters.get();
    unchecked(log::open);
    counter.restore(log.stored.snapshot().snapshot());
  }

  private static TestedLog created(TestedLog log, List<Long> voters) {
    unchecked(() -> log.create(voters));
    return log;
  }

  interface Write {
    void run() throws IOException;
  }

  static void unchecked(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Storage storage() {
    return log.stored;
  }

  @Override
  public void persist(Ready ready) {
    unchecked(() -> log.persist(ready));
  }

  @Override
  public void apply(Ready ready) {
    apply(ready, (entry, reply) -> {});
  }

  @Override
  public void apply(Ready ready, BiConsumer<Entry, Object> replies) {
    ready.snapshot().ifPresent(counter::restore);
    for (Entry entry : ready.committedEntries()) {
      unchecked(() -> counter.apply(entry));
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        replies.accept(entry, counter.value);
      }
    }
  }

  @Override
  public Object answer(Object query) {
    return counter.value;
  }

  @Override
  public ByteString state() {
    return counter.save();
  }

  @Override
  public void compact(long index, ConfState configuration) {
    unchecked(() -> log.compact(index, configuration, counter.save()));
  }

  @Override
  public HostedStore crash(Choices choices) {
    return afterPowerLoss(choices.next("torn bytes", TORN_BYTES));
  }

  @Override
  public HostedStore crash() {
    return afterPowerLoss(TORN_BYTES);
  }

  private CounterStore afterPowerLoss(int tornBytes) {
    unchecked(() -> log.loseThePower(tornBytes));
    return new CounterStore(dir, logs, counters, logs.apply(dir));
  }

  /** The example has no end but a crash: so the commit index may be an older one afterwards. */
  @Override
  public HostedStore restart() {
    unchecked(() -> log.append(Snapshot.getDefaultInstance(), List.of()));
    close();
    return new CounterStore(dir, logs, counters, logs.apply(dir));
  }

  @Override
  public void close() {
    unchecked(log::close);
  }
}
