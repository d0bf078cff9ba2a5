package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is known of a node over its restarts. */
final class NodeMemory {

  final long id;

  /** The incarnations that were used. */
  final TreeSet<Long> incarnations = new TreeSet<>();

  /** The storage that the node reads; null before the first start. */
  @Nullable Storage storage;

  /** What surely survives a crash. */
  final ModelStorage synced = new ModelStorage();

  /** The Readys whose writes are not synced, oldest first. */
  final List<Ready> unsynced = new ArrayList<>();

  /** The last index that the state machine was given, or that a start was at; never falls. */
  long given;

  /** The configurations up to {@link #given}. */
  final Configurations configurations = new Configurations();

  /** The running node; null before the first start. */
  @Nullable WatchedNode running;

  NodeMemory(long id) {
    this.id = id;
  }

  /** {@return whether this may be the configuration after an entry} */
  boolean allows(long index, ConfState confState) {
    return index > given || configurations.allow(index, confState);
  }

  /** {@return the configuration after an entry, as text} */
  String configurationAt(long index) {
    return configurations.at(index).map(Configurations::text).orElse("any configuration")
        + " after index "
        + index;
  }

  /** {@return the error of a broken rule} */
  ContractViolation violation(ContractRule rule, String expected, String happened) {
    return new ContractViolation("the host of node " + id, rule, expected, happened);
  }
}
