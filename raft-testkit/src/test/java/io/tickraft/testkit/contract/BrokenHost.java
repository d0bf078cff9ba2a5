package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hosts with one mistake each, with the rule that the mistake breaks. */
@SuppressWarnings("ImmutableEnumChecker") // The factories have no state.
enum BrokenHost {
  SENDS_EVERYTHING_BEFORE_THE_WRITE(
      HostRule.SENT_AFTER_PERSIST,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void persist(Ready ready) {
              ready.messagesAfterPersist().forEach(this::send);
              super.persist(ready);
            }
          }),
  NEVER_SYNCS(
      HostRule.SYNCED_IF_REQUIRED,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void persist(Ready ready) {
              disk.writeWithoutSync(ready);
              node.written(ready, false);
            }
          }),
  ACKNOWLEDGES_BEFORE_THE_WRITE(
      HostRule.WRITTEN_BEFORE_ACKNOWLEDGED,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void handle(Ready ready) {
              ready.messages().forEach(this::send);
              node.persisted(ready);
              persist(ready);
              ready.messagesAfterPersist().forEach(this::send);
            }
          }),
  FORGETS_THE_ENTRIES(
      HostRule.IN_THE_STORAGE_WHEN_ACKNOWLEDGED,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void persist(Ready ready) {
              ready.hardState().ifPresent(disk.written::setHardState);
              node.written(ready, true);
            }
          }),
  ACKNOWLEDGES_TWICE(
      HostRule.ACKNOWLEDGED_ONCE_AND_IN_ORDER,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void handle(Ready ready) {
              super.handle(ready);
              node.persisted(ready);
            }
          }),
  ACKNOWLEDGES_WHAT_THE_NODE_BEFORE_THE_CRASH_MADE(
      HostRule.READY_OF_THIS_NODE,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void crash() {
              List<Ready> outstanding = new ArrayList<>();
              node.campaign();
              while (node.hasReady()) {
                outstanding.add(node.ready());
              }
              super.crash();
              outstanding.forEach(node::persisted);
            }
          }),
  SENDS_NO_ANSWERS_TO_HEARTBEATS(
      HostRule.NO_KIND_OF_MESSAGE_LEFT_OUT,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void send(Message message) {
              if (!message.hasHeartbeatResponse()) {
                super.send(message);
              }
            }
          }),
  APPLIES_WHAT_IS_ONLY_APPENDED(
      HostRule.APPLIED_AFTER_GIVEN,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void persist(Ready ready) {
              super.persist(ready);
              apply(ready.entries());
            }
          }),
  APPLIES_TWICE(
      HostRule.APPLIED_ONCE,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void apply(Entry entry) {
              super.apply(entry);
              super.apply(entry);
            }
          }),
  SKIPS_A_NO_OP_BEFORE_OTHER_ENTRIES(
      HostRule.APPLIED_WITHOUT_A_GAP,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void apply(List<Entry> entries) {
              boolean skips =
                  entries.size() > 1 && entries.get(0).getType() == EntryType.ENTRY_TYPE_NO_OP;
              super.apply(entries.subList(skips ? 1 : 0, entries.size()));
            }
          }),
  SKIPS_SNAPSHOTS(
      HostRule.APPLIED_WITHOUT_A_GAP,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void handle(Ready ready) {
              ready.messages().forEach(this::send);
              persist(ready);
              ready.messagesAfterPersist().forEach(this::send);
              apply(ready.committedEntries());
              ready.confState().ifPresent(c -> confState = c);
              node.persisted(ready);
              if (!ready.committedEntries().isEmpty()) {
                node.applied(applied);
              }
            }
          }),
  CUTS_COMMANDS(
      HostRule.APPLIED_AS_GIVEN,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void apply(Entry entry) {
              super.apply(
                  entry.toBuilder()
                      .setData(entry.getData().substring(0, entry.getData().size() / 2))
                      .build());
            }
          }),
  RESTORES_BEFORE_THE_WRITE(
      HostRule.RESTORED_AFTER_PERSIST,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void persist(Ready ready) {
              ready.snapshot().ifPresent(this::restore);
              super.persist(ready);
            }
          }),
  ACKNOWLEDGES_BEFORE_IT_APPLIES(
      HostRule.ACKNOWLEDGED_AFTER_APPLIED,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void handle(Ready ready) {
              ready.messages().forEach(this::send);
              persist(ready);
              ready.messagesAfterPersist().forEach(this::send);
              node.advance(ready);
              ready.snapshot().ifPresent(this::restore);
              apply(ready.committedEntries());
            }
          }),
  KEEPS_THE_VOTE_IN_MEMORY(
      HostRule.RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void crash() {
              HardState kept = disk.synced.initialState();
              disk.synced.setHardState(kept.toBuilder().setVote(0).build());
              super.crash();
            }
          }),
  SAYS_THAT_IT_SYNCS(
      HostRule.RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void persist(Ready ready) {
              disk.writeWithoutSync(ready);
              node.written(ready, ready.mustSync());
            }
          }),
  WRITES_THE_HARD_STATE_FIRST(
      HostRule.RESTARTED_WITHOUT_A_GAP,
      (id, watch, random, network) ->
          new PipelinedHost(id, watch, random, network) {
            @Override
            void crash() {
              disk.unsynced.forEach(r -> r.hardState().ifPresent(disk.synced::setHardState));
              disk.unsynced.clear();
              super.crash();
            }
          }),
  STARTS_WITH_THE_SAME_INCARNATION(
      HostRule.INCARNATION_IS_NEW,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            long nextIncarnation() {
              return 1;
            }
          }),
  STORES_NO_CONFIGURATION(
      HostRule.CONFIGURATION_OF_THE_APPLIED_INDEX,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            private final ConfState first = confState;

            @Override
            void store() {
              confState = first;
              super.store();
            }

            @Override
            void compact() {}
          }),
  STORES_THE_INDEX_OF_THE_NEXT_ENTRY(
      HostRule.RESTARTED_NOT_AHEAD,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void crash() {
              long last = disk.written.lastIndex();
              stored = Optional.of(new AppliedState(last + 1, last + 1, confState));
              super.crash();
            }
          }),
  HAS_ANOTHER_GROUP(
      HostRule.SAME_GROUP,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            long group() {
              return id;
            }
          }),
  SHARES_A_STORAGE(
      HostRule.STORAGE_OF_ONE_NODE,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            Storage storage() {
              return SHARED;
            }
          }),
  COMPACTS_WHAT_IS_NOT_APPLIED(
      HostRule.COMPACTED_AFTER_APPLIED,
      (id, watch, random, network) ->
          new PipelinedHost(id, watch, random, network) {
            @Override
            void compact() {
              for (MemoryStorage content : List.of(disk.written, disk.synced)) {
                if (content.lastIndex() > content.snapshot().snapshot().getMetadata().getIndex()) {
                  content.createSnapshot(content.lastIndex(), confState, ByteString.EMPTY);
                  content.compact(content.lastIndex());
                }
              }
            }
          }),
  COMPACTS_ON_ANOTHER_THREAD(
      HostRule.NOT_COMPACTED_DURING_A_CALL,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            Storage storage() {
              return new BrokenStore.Answers(disk.written) {
                @Override
                public long term(long index) {
                  long term = super.term(index);
                  compact();
                  return term;
                }
              };
            }
          }),
  DELIVERS_MESSAGES_BEFORE_TICKS(
      HostRule.TICKS_BEFORE_OTHER_CALLS,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void tick() {
              node.ticksDue(2);
              node.tick();
              work();
            }
          }),
  TICKS_ON_ANOTHER_THREAD(
      HostRule.CALLED_BY_ITS_OWNER,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void step(Message message) {
              Throwable[] thrown = new Throwable[1];
              Thread thread = new Thread(() -> node.step(message));
              thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
              thread.start();
              try {
                thread.join();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              if (thrown[0] instanceof ContractViolation violation) {
                throw violation;
              }
            }
          }),
  PROPOSES_IN_ITS_OBSERVER(
      HostRule.NOT_CALLED_DURING_A_CALL,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            Optional<RaftObserver> observer() {
              return Optional.of(event -> node.propose(ByteString.EMPTY));
            }
          }),
  CALLS_THE_NODE_FROM_BEFORE_THE_CRASH(
      HostRule.ONE_NODE_AT_A_TIME,
      (id, watch, random, network) ->
          new WatchedHost(id, watch, random, network) {
            @Override
            void crash() {
              WatchedNode before = node;
              super.crash();
              before.tick();
            }
          });

  private static final Storage SHARED = MemoryStorage.bootstrapped(1, 2, 3);

  private final HostRule rule;
  private final WatchedGroup.Hosts hosts;

  BrokenHost(HostRule rule, WatchedGroup.Hosts hosts) {
    this.rule = rule;
    this.hosts = hosts;
  }

  HostRule rule() {
    return rule;
  }

  WatchedGroup.Hosts hosts() {
    return hosts;
  }
}
