package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A Raft node on a store in a directory, driven by hand. */
final class StoredNode implements AutoCloseable {

  static final Identity IDENTITY = new Identity("test", 1, 1);

  /** What a test does at a point where a crash could fall. */
  @FunctionalInterface
  interface CrashPoint {
    void here();
  }

  final NodeStore store;
  final RawNode node;
  private final List<Reply> replies = new ArrayList<>();

  StoredNode(Path dir, long... voters) {
    store = NodeStore.open(dir, IDENTITY, founders(voters));
    node = store.openNode(RaftConfig.builder(1).group(1).incarnation(store.incarnation()).build());
  }

  /** The first members of a group, each at a made-up address; without voters: none. */
  static Members founders(long... voters) {
    Map<Long, HostAndPort> addresses = new TreeMap<>();
    for (long id : voters) {
      addresses.put(id, new HostAndPort("host" + id, 7_000));
    }
    return Members.founders(addresses);
  }

  /** Opens the only voter of a group, and has it lead. */
  static StoredNode leader(Path dir) {
    StoredNode leader = new StoredNode(dir, 1);
    leader.node.campaign();
    leader.work();
    return leader;
  }

  /** Works off all Readys as the server does. */
  void work() {
    work(() -> {});
  }

  void work(CrashPoint crashPoint) {
    while (node.hasReady()) {
      Ready ready = node.ready();
      crashPoint.here();
      store.log().persist(ready);
      crashPoint.here();
      ready.snapshot().ifPresent(store.machine()::restore);
      applyAll(store.machine(), ready.committedEntries(), ready.confState(), this::applied);
      crashPoint.here();
      node.advance(ready);
    }
  }

  private void applied(Entry entry, Reply reply) {
    replies.add(reply);
  }

  /** Replicates a command, and returns what a client would be told. */
  Reply run(Command command) {
    node.propose(CommandCodec.encode(command));
    work();
    return replies.get(replies.size() - 1);
  }

  void set(String key, String value) {
    run(
        new Command.Set(
            ByteString.copyFromUtf8(key),
            ByteString.copyFromUtf8(value),
            Command.Condition.ALWAYS,
            false));
  }

  Reply increment(String key) {
    return run(new Command.Increment(ByteString.copyFromUtf8(key), 1));
  }

  String digest() {
    try (MapView view = store.machine().view()) {
      return view.digest();
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** Copies what is on the disk at this moment: what a process that is killed leaves behind. */
  static Path image(Path dir, Path to) {
    try {
      // RocksDB adds and deletes files in the background: a copy made meanwhile may miss some.
      while (!isCopied(dir, to)) {
        for (Path file : files(to)) {
          Files.delete(file);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCopied(Path dir, Path to) throws IOException {
    List<Path> files = files(dir);
    Files.createDirectories(to);
    try {
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (NoSuchFileException e) {
      return false;
    }
    return files(dir).equals(files);
  }

  private static List<Path> files(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.sorted().toList();
    }
  }

  /** Applies all entries. */
  static void applyAll(
      KvMachine machine,
      List<Entry> entries,
      Optional<ConfState> configuration,
      KvMachine.Listener listener) {
    for (int done = 0; done < entries.size(); ) {
      done += machine.apply(entries.subList(done, entries.size()), configuration, listener);
    }
  }
}
