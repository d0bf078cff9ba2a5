package io.tickraft.testkit.guide;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;

/** The calls that {@link GuideLoop} makes on its node, and what it reports to a watch. */
interface LoopNode {

  void tick();

  void step(Message message);

  ProposeResult propose(ByteString command);

  ConfChangeResult proposeConfChange(ConfChange change);

  boolean hasReady();

  Ready ready();

  void advance(Ready ready);

  Status status();

  // Reports, for a watch.

  default void sending(Message message) {}

  default void written(Ready ready) {}

  default void restoring(Snapshot snapshot) {}

  default void applying(Entry entry) {}

  /** Opens the node of a loop. */
  interface Opener {
    LoopNode open(RaftConfig config, Storage storage);
  }

  static LoopNode raw(RaftConfig config, Storage storage) {
    return new Raw(RawNode.open(config, storage));
  }

  static Opener watchedBy(HostWatch watch) {
    return (config, storage) -> new Watched(watch.open(config, storage));
  }

  /** The node itself. */
  record Raw(RawNode node) implements LoopNode {

    @Override
    public void tick() {
      node.tick();
    }

    @Override
    public void step(Message message) {
      node.step(message);
    }

    @Override
    public ProposeResult propose(ByteString command) {
      return node.propose(command);
    }

    @Override
    public ConfChangeResult proposeConfChange(ConfChange change) {
      return node.proposeConfChange(change);
    }

    @Override
    public boolean hasReady() {
      return node.hasReady();
    }

    @Override
    public Ready ready() {
      return node.ready();
    }

    @Override
    public void advance(Ready ready) {
      node.advance(ready);
    }

    @Override
    public Status status() {
      return node.status();
    }
  }

  /** A node that checks the loop; in the tests' sources. */
  record Watched(WatchedNode node) implements LoopNode {

    @Override
    public void tick() {
      node.tick();
    }

    @Override
    public void step(Message message) {
      node.step(message);
    }

    @Override
    public ProposeResult propose(ByteString command) {
      return node.propose(command);
    }

    @Override
    public ConfChangeResult proposeConfChange(ConfChange change) {
      return node.proposeConfChange(change);
    }

    @Override
    public boolean hasReady() {
      return node.hasReady();
    }

    @Override
    public Ready ready() {
      return node.ready();
    }

    @Override
    public void advance(Ready ready) {
      node.advance(ready);
    }

    @Override
    public Status status() {
      return node.status();
    }

    @Override
    public void sending(Message message) {
      node.sending(message);
    }

    @Override
    public void written(Ready ready) {
      node.written(ready, ready.mustSync());
    }

    @Override
    public void restoring(Snapshot snapshot) {
      node.restoring(snapshot);
    }

    @Override
    public void applying(Entry entry) {
      node.applying(entry);
    }
  }
}
