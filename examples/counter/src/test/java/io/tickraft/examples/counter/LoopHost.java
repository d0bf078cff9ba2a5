package io.tickraft.examples.counter;

import static io.tickraft.examples.counter.CounterStore.unchecked;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.test.RawNode;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Host;
import io.tickraft.testkit.sim.HostContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The example's own loop in the simulator, without its sockets and threads: what it does at which
 * time is checked. Loaded by {@link Watching}.
 */
final class LoopHost implements Host {

  private static final int MAX_WRITE_MILLIS = 20;

  // The machine.
  private final Path dir;
  private final boolean isAsync;
  private final boolean isHasty; // A planted bug: messages that must wait for the write do not.
  private final HostWatch watch = new HostWatch();
  private TestedLog log;

  // The process. What it was stays visible while it is down.
  private boolean isUp;
  private HostContext context;
  private WatchedNode watched;
  private CounterNode loop;
  private final ArrayDeque<CounterNode.Job> writes = new ArrayDeque<>();
  private long writesMade;

  LoopHost(Path dir, boolean isAsync, boolean isHasty) {
    this.dir = dir;
    this.isAsync = isAsync;
    this.isHasty = isHasty;
  }

  // The loop, with its network and its second thread replaced.

  private final class Loop extends CounterNode {
    Loop(CounterLog log, RaftConfig config) {
      super(log, log.stored, config);
    }

    @Override
    void handle(Ready ready) throws IOException {
      if (isHasty) {
        sent(ready.messagesAfterPersist());
      }
      super.handle(ready);
    }

    @Override
    void send(List<Message> messages) {
      sent(messages);
    }

    @Override
    void apply(Ready ready) throws IOException {
      given(ready);
      super.apply(ready);
    }
  }

  private final class AsyncLoop extends AsyncCounterNode {
    AsyncLoop(CounterLog log, RaftConfig config) {
      super(log, config);
    }

    @Override
    void send(List<Message> messages) {
      sent(messages);
    }

    @Override
    void apply(Ready ready) throws IOException {
      given(ready);
      super.apply(ready);
    }

    @Override
    void write(Job job) {
      writes.add(job);
      int millis = context.choices("write %", ++writesMade).next("millis", MAX_WRITE_MILLIS + 1);
      context.after(millis, () -> loop(() -> writes.remove().run())); // In the order of the calls.
    }
  }

  /** A file that reports what is written. */
  private final class ReportingLog extends TestedLog {
    ReportingLog() {
      super(dir);
    }

    @Override
    void persist(Ready ready) throws IOException {
      super.persist(ready);
      watched.written(ready, ready.mustSync());
    }
  }

  private void sent(List<Message> messages) {
    for (Message message : messages) {
      watched.sending(message);
      context.send(message);
    }
  }

  private void given(Ready ready) {
    ready.snapshot().ifPresent(watched::restoring);
    ready.committedEntries().forEach(watched::applying);
    ready.readStates().forEach(context::ended);
    ready.outcomes().forEach(context::ended);
  }

  private static void loop(CounterNode.Job job) {
    try {
      job.run();
    } catch (Exception e) {
      throw new IllegalStateException("the loop has failed: " + e, e);
    }
  }

  // Starts and crashes.

  @Override
  public void start(HostContext given) {
    context = given;
    if (log == null) {
      log = new ReportingLog();
      watch.oracle(given.oracle());
      unchecked(() -> log.create(given.voters()));
      unchecked(log::open);
    }
    RawNode.WATCH.set(watch);
    loop = isAsync ? new AsyncLoop(log, given.config()) : new Loop(log, given.config());
    watched = RawNode.LAST.get();
    isUp = true;
  }

  @Override
  public void crash(Choices choices) {
    int done = choices.next("writes done", writes.size() + 1);
    writes.stream().limit(done).forEach(LoopHost::loop);
    writes.clear();
    unchecked(() -> log.loseThePower(choices.next("torn bytes", CounterStore.TORN_BYTES)));
    log = new ReportingLog();
    unchecked(log::open);
    isUp = false;
  }

  @Override
  public void close() {
    unchecked(log::close);
  }

  // Inputs.

  @Override
  public void tick() {
    loop.node.tick();
  }

  @Override
  public void step(Message message) {
    loop.inbox.add(message);
  }

  @Override
  public void inputsDelivered() {
    List<Object> inputs = new ArrayList<>();
    loop.inbox.drainTo(inputs);
    loop(() -> loop.turn(inputs));
  }

  @Override
  public ProposeResult propose(List<ByteString> commands) {
    ProposeResult result = loop.node.propose(commands);
    if (result instanceof ProposeResult.Accepted at) {
      for (int i = 0; i < commands.size(); i++) {
        Entry entry =
            Entry.newBuilder()
                .setTerm(at.term())
                .setIndex(at.firstIndex() + i)
                .setType(EntryType.ENTRY_TYPE_COMMAND)
                .setData(commands.get(i))
                .build();
        loop.requests.track(
            at.term(), entry.getIndex(), new CompletableFuture<>(), () -> replied(entry));
      }
    }
    return result;
  }

  private String replied(Entry entry) {
    context.replied(entry, loop.counter.value);
    return "";
  }

  @Override
  public ReadResult readIndex(ByteString read) {
    ReadResult result = loop.node.readIndex(read);
    if (result instanceof ReadResult.Accepted) {
      CompletableFuture<String> reply = new CompletableFuture<>();
      var unused = reply.thenAccept(text -> answered(read, text));
      loop.requests.unconfirmed.put(read, reply);
    }
    return result;
  }

  private void answered(ByteString read, String reply) {
    if (!reply.startsWith("REFUSED")) {
      context.answerRead(read);
    }
  }

  @Override
  public Object answer(Object query) {
    return loop.counter.value;
  }

  @Override
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return loop.node.proposeConfChange(change);
  }

  @Override
  public TransferResult transferLeadership(long target) {
    return target == 0 ? loop.node.transferLeadership() : loop.node.transferLeadership(target);
  }

  @Override
  public void resign() {
    loop.node.resign();
  }

  @Override
  public void campaign() {
    loop.node.campaign();
  }

  @Override
  public void forgetLeader() {
    loop.node.forgetLeader();
  }

  @Override
  public boolean compact(int kept) {
    if (loop.counter.applied <= CounterLog.snapshotIndex(loop.storage)) {
      return false;
    }
    unchecked(() -> loop.compact(loop.counter.applied, loop.counter.save()));
    return true;
  }

  // What the simulator asks for.

  @Override
  public Status status() {
    return loop.node.status();
  }

  @Override
  public Storage storage() {
    return isUp ? loop.storage : log.stored;
  }

  @Override
  public long appliedIndex() {
    return loop.counter.applied;
  }

  @Override
  public ByteString state() {
    return loop.counter.save();
  }
}
