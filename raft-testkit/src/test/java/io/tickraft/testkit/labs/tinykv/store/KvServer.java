package io.tickraft.testkit.labs.tinykv.store;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.StateMachine;
import java.util.List;
import java.util.TreeMap;

/**
 * One process of the store: the state of its node, and the clients that wait for an answer. It goes
 * when its node crashes.
 *
 * <p>A request is answered when this node applies its last command, whoever has proposed it. One
 * whose command is lost is never answered; the client asks again elsewhere.
 */
class KvServer implements StateMachine {

  private final KvStore store;
  private final TreeMap<Long, Request> waiting = new TreeMap<>();

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
    List<ByteString> commands = request.commands().stream().map(Command::encoded).toList();
    // First, as the only node of a group applies at once.
    waiting.put(request.client(), request);
    if (group.propose(node, commands) instanceof ProposeResult.Rejected rejected) {
      waiting.remove(request.client());
      request.answers().accept(new Request.Refused(rejected.leader()));
    }
  }

  @Override
  public void apply(Entry entry) {
    if (entry.getType() != EntryType.ENTRY_TYPE_COMMAND) {
      return;
    }
    Command command = Command.decoded(entry.getData());
    store.apply(command);
    Request request = waiting.get(command.client());
    if (request != null && request.last().sequence() == command.sequence()) {
      waiting.remove(command.client());
      answer(request);
    }
  }

  private void answer(Request request) {
    request
        .answers()
        .accept(
            new Request.Done(
                request.last().operation() instanceof Command.Scan scan
                    ? store.scan(scan)
                    : List.of()));
  }

  @Override
  public ByteString save() {
    return store.save();
  }

  @Override
  public void restore(Snapshot snapshot) {
    store.restore(snapshot.getData());
    // What waits for commands that the snapshot covers will not see them applied.
    waiting.values().removeIf(this::isAnsweredBySnapshot);
  }

  private boolean isAnsweredBySnapshot(Request request) {
    boolean done = !request.isRead() && store.isDone(request.last());
    if (done) {
      answer(request);
    }
    return done;
  }
}
