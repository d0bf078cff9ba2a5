package io.tickraft.testkit.explore;

import io.tickraft.core.Digest;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.ChoicePath;
import io.tickraft.testkit.sim.HostedStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hosts on a user's stores. None is kept: to bring a node into a state again, the events that first
 * led there are repeated on a new store. So stores need not be copied, and only few of them are
 * open.
 */
final class ReplayedHosts implements Hosts {

  private static final Oracle NO_ORACLE = new Oracle() {};

  /** The highest number of choice paths that are tried for a crash. */
  private static final int MAX_CRASHES = 1_000;

  /** How a state was first found; {@code from} is null for a node that has just started. */
  private record Origin(@Nullable LocalState from, int event) {}

  private final Factory factory;
  private final Acts acts;
  private final Messages messages;
  private final Symmetry symmetry;
  private final int horizon;
  private final List<Origin> origins = new ArrayList<>();

  ReplayedHosts(Factory factory, Acts acts, Messages messages, Symmetry symmetry, int horizon) {
    this.factory = factory;
    this.acts = acts;
    this.messages = messages;
    this.symmetry = symmetry;
    this.horizon = horizon;
  }

  @Override
  public NodeHost create(int node, List<Message> sent) {
    return factory.create(node, NO_ORACLE, sent::add);
  }

  @Override
  public NodeHost in(LocalState state, List<Message> sent) {
    ArrayDeque<Origin> path = new ArrayDeque<>();
    for (Origin origin = origins.get(state.number());
        origin.from != null;
        origin = origins.get(origin.from.number())) {
      path.addFirst(origin);
    }
    NodeHost host = create(state.node(), sent);
    acts.start(host, state.node() + 1L, 1, new Acts.Told());
    for (Origin step : path) {
      perform(host, step);
    }
    sent.clear();
    return host;
  }

  private void perform(NodeHost host, Origin step) {
    if (step.from != null) {
      acts.perform(host, step.event, messages.of(step.event), step.from.starts(), new Acts.Told());
    }
  }

  @Override
  public List<Left> crashes(NodeHost host, int node, @Nullable LocalState from, int event) {
    List<Left> all = new ArrayList<>();
    TreeSet<Long> different = new TreeSet<>();
    Optional<ChoicePath> next = Optional.of(ChoicePath.of(0));
    for (int tried = 0; next.isPresent(); tried++) {
      if (tried == MAX_CRASHES) {
        throw new IllegalStateException(
            "a crash of a store has more than "
                + MAX_CRASHES
                + " outcomes: let it make fewer choices");
      }
      Left left = crash(node, from, event, next.get());
      if (different.add(left.hashes()[0])) {
        all.add(left);
      }
      next = next.get().next();
    }
    return all;
  }

  private Left crash(int node, @Nullable LocalState from, int event, ChoicePath path) {
    List<Message> sent = new ArrayList<>();
    OwnStoreHost host;
    if (from == null) {
      host = (OwnStoreHost) create(node, sent);
      acts.start(host, node + 1L, 1, new Acts.Told());
    } else {
      host = (OwnStoreHost) in(from, sent);
      perform(host, new Origin(from, event));
    }
    try (host) {
      host.crash(path);
      HostedStore store = host.left();
      StoreContent content = StoreContent.beforeStart(store);
      return new Left(path.number(), content.with(List.of()), hashes(content, store));
    } catch (RuntimeException | AssertionError e) {
      // Not a failure yet: the crash may not be allowed. If it is, the search finds this.
      return new Left(path.number(), null, hashes(e));
    }
  }

  private long[] hashes(StoreContent content, HostedStore store) {
    long[] hashes = new long[symmetry.size()];
    for (int naming = 0; naming < hashes.length; naming++) {
      Digest digest = new Digest(symmetry.names(naming), horizon);
      content.digest(digest);
      store.digest(digest);
      hashes[naming] = digest.value();
    }
    return hashes;
  }

  private long[] hashes(Throwable e) {
    long[] hashes = new long[symmetry.size()];
    for (int naming = 0; naming < hashes.length; naming++) {
      hashes[naming] = new Digest(symmetry.names(naming), horizon).text(e.toString()).value();
    }
    return hashes;
  }

  @Override
  public void found(LocalState state, NodeHost host, @Nullable LocalState from, int event) {
    origins.add(new Origin(from, event));
    host.close();
  }

  @Override
  public boolean areReplayed() {
    return true;
  }
}
