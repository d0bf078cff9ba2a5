package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A host that does everything right and waits for nothing: several Readys are outstanding, their
 * writes complete later, and the state machine is late by some more.
 */
class PipelinedHost extends WatchedHost {

  final Deque<Ready> writing = new ArrayDeque<>();
  final Deque<Ready> applying = new ArrayDeque<>();

  PipelinedHost(long id, HostWatch watch, Random random, Consumer<Message> network) {
    super(id, watch, random, network);
  }

  @Override
  void crash() {
    writing.clear();
    applying.clear();
    super.crash();
  }

  @Override
  void handle(Ready ready) {
    ready.messages().forEach(this::send);
    disk.writeWithoutSync(ready);
    writing.addLast(ready);
  }

  @Override
  void tick() {
    super.tick();
    goOn();
  }

  @Override
  void step(Message message) {
    super.step(message);
    if (random.nextInt(2) == 0) {
      goOn();
    }
  }

  /** Some of what waits is done: writes first, then entries. */
  private void goOn() {
    int written = random.nextInt(writing.size() + 1);
    for (int i = 0; i < written; i++) {
      finish(writing.removeFirst());
    }
    int applied = random.nextInt(applying.size() + 1);
    for (int i = 0; i < applied; i++) {
      finishApplying(applying.removeFirst());
    }
    work();
  }

  private void finish(Ready ready) {
    if (ready.mustSync()) {
      disk.syncTo(ready);
    }
    node.written(ready, ready.mustSync());
    ready.messagesAfterPersist().forEach(this::send);
    node.persisted(ready);
    if (Applies.lastGiven(ready) > 0) {
      applying.addLast(ready);
    }
  }

  private void finishApplying(Ready ready) {
    ready.snapshot().ifPresent(this::restore);
    apply(ready.committedEntries());
    ready.confState().ifPresent(c -> confState = c);
    store();
    node.applied(applied);
  }
}
