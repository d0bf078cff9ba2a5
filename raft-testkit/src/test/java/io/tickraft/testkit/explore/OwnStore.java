package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.Digest;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.HostedStore;
import java.util.ArrayList;
import java.util.List;

/**
 * A store that shares no code with those of Tickraft: a log in memory, of which a crash may lose
 * the writes that were not synced. It may have a bug.
 */
class OwnStore implements HostedStore {

  /** What a store may do wrong. */
  enum Bug {
    NONE,
    VOTE_LOST_IN_A_CRASH,
    LAST_ENTRY_LOST_IN_A_CRASH,
    SYNC_FORGOTTEN,
    SUFFIX_KEPT,
    OLD_SNAPSHOT_KEPT,
    SNAPSHOT_NOT_RESTORED
  }

  /** What a disk holds. */
  private static final class Content implements Storage {
    private final Bug bug;
    private HardState hardState = HardState.getDefaultInstance();
    private Snapshot snapshot = Snapshot.getDefaultInstance();
    private long first = 1;
    private long termBefore;
    private List<Entry> log = new ArrayList<>();

    Content(Bug bug) {
      this.bug = bug;
    }

    Content copy() {
      Content copy = new Content(bug);
      copy.hardState = hardState;
      copy.snapshot = snapshot;
      copy.first = first;
      copy.termBefore = termBefore;
      copy.log = new ArrayList<>(log);
      return copy;
    }

    void write(Ready ready) {
      ready.snapshot().ifPresent(this::install);
      ready.entries().forEach(this::put);
      ready.hardState().ifPresent(its -> hardState = its);
    }

    void install(Snapshot installed) {
      if (bug != Bug.OLD_SNAPSHOT_KEPT || snapshot.getMetadata().getIndex() == 0) {
        snapshot = installed;
      }
      first = installed.getMetadata().getIndex() + 1;
      termBefore = installed.getMetadata().getTerm();
      log.clear();
    }

    private void put(Entry entry) {
      int place = (int) (entry.getIndex() - first);
      if (place == log.size()) {
        log.add(entry);
      } else if (bug == Bug.SUFFIX_KEPT) {
        log.set(place, entry);
      } else {
        log.subList(place, log.size()).clear();
        log.add(entry);
      }
    }

    void compact(Snapshot taken) {
      snapshot = taken;
      long index = taken.getMetadata().getIndex();
      termBefore = taken.getMetadata().getTerm();
      log.subList(0, (int) (index + 1 - first)).clear();
      first = index + 1;
    }

    @Override
    public HardState initialState() {
      return hardState;
    }

    @Override
    public EntriesResult entries(long lo, long hi, long maxBytes) {
      if (lo < first) {
        return new EntriesResult.Compacted();
      }
      int from = (int) (lo - first);
      int to = from + 1;
      long bytes = log.get(from).getSerializedSize();
      while (to < hi - first && bytes + log.get(to).getSerializedSize() <= maxBytes) {
        bytes += log.get(to).getSerializedSize();
        to++;
      }
      return new EntriesResult.Available(List.copyOf(log.subList(from, to)));
    }

    @Override
    public long term(long index) {
      return index == first - 1
          ? termBefore
          : index < first || index > lastIndex() ? 0 : log.get((int) (index - first)).getTerm();
    }

    @Override
    public long firstIndex() {
      return first;
    }

    @Override
    public long lastIndex() {
      return first + log.size() - 1;
    }

    @Override
    public SnapshotResult snapshot() {
      return new SnapshotResult.Available(snapshot);
    }
  }

  private final Bug bug;

  /** Whether it tells its states apart as a simulated disk does. */
  private final boolean isLikeADisk;

  private Content durable;
  private final Content written;

  /** The writes that are not synced, oldest first. */
  private final List<Ready> unsynced = new ArrayList<>();

  private final CommandLog machine = new CommandLog();

  OwnStore(Bug bug, List<Long> voters) {
    this(bug, false, bootstrapped(bug, voters));
  }

  private OwnStore(Bug bug, boolean isLikeADisk, Content content) {
    this.bug = bug;
    this.isLikeADisk = isLikeADisk;
    this.durable = content;
    this.written = content.copy();
    if (content.snapshot.getMetadata().getIndex() > 0) {
      machine.restore(content.snapshot);
    }
  }

  /** Returns a correct store that tells its states apart as a simulated disk does. */
  static OwnStore likeADisk(List<Long> voters) {
    return new OwnStore(Bug.NONE, true, bootstrapped(Bug.NONE, voters));
  }

  private static Content bootstrapped(Bug bug, List<Long> voters) {
    Content content = new Content(bug);
    if (!voters.isEmpty()) {
      content.install(Bootstrap.snapshot(voters.stream().mapToLong(id -> id).toArray()));
      content.hardState = Bootstrap.hardState();
    }
    return content;
  }

  @Override
  public Storage storage() {
    return written;
  }

  @Override
  public void persist(Ready ready) {
    written.write(ready);
    unsynced.add(ready);
    if (ready.mustSync() && bug != Bug.SYNC_FORGOTTEN) {
      unsynced.forEach(durable::write);
      unsynced.clear();
    }
  }

  @Override
  public void apply(Ready ready) {
    if (bug != Bug.SNAPSHOT_NOT_RESTORED) {
      ready.snapshot().ifPresent(machine::restore);
    }
    ready.committedEntries().forEach(machine::apply);
  }

  @Override
  public void compact(long index, ConfState confState) {
    written.compact(
        Snapshot.newBuilder()
            .setMetadata(
                SnapshotMetadata.newBuilder()
                    .setIndex(index)
                    .setTerm(written.term(index))
                    .setConfState(confState))
            .setData(machine.save())
            .build());
    durable = written.copy();
    unsynced.clear();
  }

  @Override
  public ByteString state() {
    return machine.save();
  }

  @Override
  public HostedStore crash(Choices choices) {
    int kept = unsynced.size() - choices.next("writes lost", unsynced.size() + 1);
    unsynced.subList(0, kept).forEach(durable::write);
    if (bug == Bug.VOTE_LOST_IN_A_CRASH) {
      durable.hardState = durable.hardState.toBuilder().clearVote().build();
    } else if (bug == Bug.LAST_ENTRY_LOST_IN_A_CRASH && !durable.log.isEmpty()) {
      durable.log.remove(durable.log.size() - 1);
    }
    return new OwnStore(bug, isLikeADisk, durable);
  }

  /** A simulated disk also tells apart how many writes of nothing it has got since it synced. */
  @Override
  public void digest(Digest digest) {
    if (isLikeADisk) {
      digest.number(unsynced.size());
      Content content = durable.copy();
      for (Ready ready : unsynced) {
        content.write(ready);
        digest.message(content.hardState);
      }
    }
  }

  @Override
  public void close() {}
}
