package io.tickraft.testkit.scenario;

import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The content of a storage as options of a node. The data of commands is not among them. */
final class StorageOptions {

  private StorageOptions() {}

  private static SnapshotMetadata snapshot(Storage storage) {
    return storage.snapshot() instanceof Storage.SnapshotResult.Available available
        ? available.snapshot().getMetadata()
        : SnapshotMetadata.getDefaultInstance();
  }

  static long snapshotIndex(Storage storage) {
    return snapshot(storage).getIndex();
  }

  /** Returns the options that give a node this storage. */
  static List<String> of(Storage storage) {
    SnapshotMetadata snapshot = snapshot(storage);
    if (snapshot.getIndex() == 0) {
      return List.of(NodeOptions.JOINING);
    }
    List<String> options = new ArrayList<>();
    ConfState members = snapshot.getConfState();
    ids(options, "voters", members.getVotersList());
    ids(options, "learners", members.getLearnersList());
    ids(options, "outgoing", members.getVotersOutgoingList());
    ids(options, "learners-next", members.getLearnersNextList());
    if (members.getAutoLeave()) {
      options.add("auto-leave=on");
    }
    if (snapshot.getIndex() != 1 || snapshot.getTerm() != 1) {
      options.add("snapshot=(" + snapshot.getTerm() + "," + snapshot.getIndex() + ")");
    }
    List<String> terms = new ArrayList<>();
    for (long index = snapshot.getIndex() + 1; index <= storage.lastIndex(); index++) {
      terms.add(String.valueOf(storage.term(index)));
    }
    if (!terms.isEmpty()) {
      options.add("log=" + String.join(",", terms));
    }
    long lastTerm = terms.isEmpty() ? snapshot.getTerm() : storage.term(storage.lastIndex());
    HardState hardState = storage.initialState();
    number(options, "term", hardState.getTerm(), lastTerm);
    number(options, "vote", hardState.getVote(), 0);
    number(options, "commit", hardState.getCommit(), snapshot.getIndex());
    return options;
  }

  private static void ids(List<String> options, String name, List<Long> ids) {
    if (!ids.isEmpty()) {
      options.add(name + "=" + ids.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
  }

  private static void number(List<String> options, String name, long value, long otherwise) {
    if (value != otherwise) {
      options.add(name + "=" + value);
    }
  }
}
