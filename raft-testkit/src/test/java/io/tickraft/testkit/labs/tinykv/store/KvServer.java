package io.tickraft.testkit.labs.tinykv.store;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One process of the store: the state of its node, and the clients that wait for an answer. It goes
 * when its node crashes.
 *
 * <p>A request through the log is answered when this node applies its last command, whoever has
 * proposed it. One whose command is lost is never answered; the client asks again elsewhere. A read
 * through a read index is answered when that is confirmed and applied here, by any server.
 */
class KvServer implements StateMachine {

  private final KvStore store;

  /** By client: waits until its last command is applied. */
  private final TreeMap<Long, Request> waiting = new TreeMap<>();

  /** By name of a read: waits until that has ended. */
  private final TreeMap<String, Request> reading = new TreeMap<>();

  /** By index: reads that wait until it is applied. */
  private final TreeMap<Long, List<Request>> confirmed = new TreeMap<>();

  private long applied;

  KvServer() {
    this(new KvStore());
  }

  KvServer(KvStore store) {
    this.store = store;
  }

  KvStore store() {
    return store;
  }

  /** Takes a request, on the node that this is the server of. */
  void handle(Request request, Simulation group, long node) {
    if (request.throughLog()) {
      propose(request, group, node);
    } else {
      read(request, group, node);
    }
  }

  private void propose(Request request, Simulation group, long node) {
    List<ByteString> commands = request.commands().stream().map(Command::encoded).toList();
    // First, as the only node of a group applies at once.
    waiting.put(request.client(), request);
    if (group.propose(node, commands) instanceof ProposeResult.Rejected rejected) {
      waiting.remove(request.client());
      refuse(request, rejected.leader());
    }
  }

  private void read(Request request, Simulation group, long node) {
    if (!group.node(node).status().confState().getVotersList().contains(node)) {
      // It may still ask the leader, and would wait for an index that nobody brings it any more.
      refuse(request, 0);
      return;
    }
    // A request that comes twice may have any of the two outcomes: both reads began after it did.
    String name = request.client() + "." + request.last().sequence();
    reading.put(name, request);
    if (group.readIndex(node, ByteString.copyFromUtf8(name))
        instanceof ReadResult.Rejected rejected) {
      reading.remove(name);
      refuse(request, rejected.leader());
    }
  }

  private static void refuse(Request request, long leader) {
    request.answers().accept(new Request.Refused(leader));
  }

  @Override
  public void ended(ReadState read) {
    Request request = reading.remove(read.context().toStringUtf8());
    if (request == null) {
      return; // The other one of the same name was first.
    }
    if (read instanceof ReadState.Aborted aborted) {
      // A leader that reaches no quorum does not know of the next one.
      boolean isAlone = aborted.reason() == ReadState.Reason.TIMED_OUT;
      refuse(request, isAlone ? 0 : aborted.leader());
    } else if (read instanceof ReadState.Confirmed confirmation) {
      confirmed.computeIfAbsent(confirmation.index(), index -> new ArrayList<>()).add(request);
      answerConfirmed();
    }
  }

  /** Answers the reads whose index is applied. */
  private void answerConfirmed() {
    while (!confirmed.isEmpty() && isApplied(confirmed.firstKey())) {
      confirmed.pollFirstEntry().getValue().forEach(this::answer);
    }
  }

  boolean isApplied(long index) {
    return index <= applied;
  }

  @Override
  public void apply(Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      apply(Command.decoded(entry.getData()));
    }
    applied = entry.getIndex();
    answerConfirmed();
  }

  private void apply(Command command) {
    store.apply(command);
    Request request = waiting.get(command.client());
    if (request != null && request.last().sequence() == command.sequence()) {
      waiting.remove(command.client());
      answer(request);
    }
  }

  private void answer(Request request) {
    request.answers().accept(new Request.Done(request.read().map(store::scan).orElse(List.of())));
  }

  @Override
  public ByteString save() {
    return store.save();
  }

  @Override
  public void restore(Snapshot snapshot) {
    store.restore(snapshot.getData());
    applied = snapshot.getMetadata().getIndex();
    // What waits for commands that the snapshot covers will not see them applied.
    waiting.values().removeIf(this::isAnsweredBySnapshot);
    answerConfirmed();
  }

  private boolean isAnsweredBySnapshot(Request request) {
    boolean done = request.read().isEmpty() && store.isDone(request.last());
    if (done) {
      answer(request);
    }
    return done;
  }
}
