package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.Simulation;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The generic test finds what is wrong with a store. */
final class StoreBugsTest {

  private static final int MAX_SEEDS = 200;

  @Test
  void aStoreThatDoesAWriteAgainIsFound() {
    assertThat(firstFailure(() -> new KvServer(new ForgetfulStore()))).contains("is violated");
  }

  private static final class ForgetfulStore extends KvStore {
    @Override
    boolean isDone(Command write) {
      return false;
    }
  }

  @Test
  void aServerThatReadsWhatItHasIsFound() {
    assertThat(firstFailure(LocalReader::new)).contains("is violated");
  }

  private static final class LocalReader extends KvServer {
    @Override
    void handle(Request request, Simulation group, long node) {
      if (request.read().isPresent()) {
        request.answers().accept(new Request.Done(store().scan(request.read().get())));
      } else {
        super.handle(request, group, node);
      }
    }
  }

  @Test
  void aServerThatDoesNotWaitForTheReadIndexIsFound() {
    assertThat(firstFailure(ImpatientReader::new)).contains("is violated");
  }

  private static final class ImpatientReader extends KvServer {
    @Override
    boolean isApplied(long index) {
      return true;
    }
  }

  @Test
  void aServerThatAnswersBeforeTheCommitIsFound() {
    assertThat(firstFailure(HastyServer::new)).contains("is violated");
  }

  private static final class HastyServer extends KvServer {
    @Override
    void handle(Request request, Simulation group, long node) {
      super.handle(request, group, node);
      if (request.read().isEmpty() && group.node(node).isLeader()) {
        request.answers().accept(new Request.Done(List.of()));
      }
    }
  }

  @Test
  void aServerThatForgetsWhatIsInASnapshotIsFound() {
    assertThat(firstFailure(LossyServer::new)).contains("is violated");
  }

  private static final class LossyServer extends KvServer {
    @Override
    public void restore(Snapshot snapshot) {}
  }

  private static String firstFailure(Supplier<KvServer> servers) {
    Workload workload = Workload.clients(3).unreliable().partitions().restarts().gcLimit(50);
    for (long seed = 1; seed <= MAX_SEEDS; seed++) {
      try {
        workload.run(seed, options -> options.machines(id -> servers.get()));
      } catch (AssertionError e) {
        return e.toString();
      }
    }
    return "no failure with " + MAX_SEEDS + " seeds";
  }
}
