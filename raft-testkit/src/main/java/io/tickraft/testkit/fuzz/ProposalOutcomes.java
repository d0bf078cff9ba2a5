package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.LogId;
import io.tickraft.core.ProposalFates;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Each accepted proposal ends in a true {@linkplain ProposalFates fate}: one that is applied is
 * applied at its index, one that is lost is applied nowhere. A command that was rejected is not
 * applied, nor is one that nobody has proposed.
 *
 * @param <T> what the proposer of a command has for it
 */
final class ProposalOutcomes<T> implements Oracle {

  /** Is told what becomes of commands. */
  interface Proposer<T> {
    /** A command is about to be proposed; returns what the proposer has for it. */
    T proposes(long node, ByteString command);

    /** The node that has accepted the command is about to apply its entry. */
    void isApplied(long node, Entry entry, T command);

    /** The command certainly has no effect. */
    void hasNoEffect(T command);

    /** Nobody will be told whether the command has an effect. */
    void isUnknown(T command);
  }

  /** An accepted command. */
  private static final class Accepted<T> {
    final LogId id;
    final ByteString command;
    final T ticket;
    boolean isApplied;
    boolean isLost;

    Accepted(LogId id, ByteString command, T ticket) {
      this.id = id;
      this.command = command;
      this.ticket = ticket;
    }
  }

  private static final String FATES = "fates of proposals";

  private final Proposer<T> proposer;
  private final Map<LogId, Accepted<T>> accepted = new LinkedHashMap<>();
  private final Set<ByteString> forwarded = new LinkedHashSet<>();

  /** The fates of what each node has accepted since its start. */
  private final Map<Long, ProposalFates<Accepted<T>>> fates = new TreeMap<>();

  /** The nodes whose state machine has restored a snapshot, and has applied nothing since then. */
  private final Set<Long> restored = new TreeSet<>();

  /** The commands of the proposal that is being made. */
  private List<ByteString> commands = List.of();

  private final List<T> tickets = new ArrayList<>();

  /** The entry that is being applied. */
  private Entry applying = Entry.getDefaultInstance();

  ProposalOutcomes(Proposer<T> proposer) {
    this.proposer = proposer;
  }

  @Override
  public void opened(long node, Storage storage) {
    // A host of the user's need not tell anybody that it has crashed.
    ProposalFates<Accepted<T>> earlier = fates.get(node);
    if (earlier != null) {
      earlier.close();
    }
    fates.put(node, new ProposalFates<>((command, fate) -> ended(node, command, fate)));
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    fatesOf(node).close();
  }

  private ProposalFates<Accepted<T>> fatesOf(long node) {
    ProposalFates<Accepted<T>> its = fates.get(node);
    if (its == null) {
      throw new IllegalStateException("node " + node + " was never opened");
    }
    return its;
  }

  @Override
  public void proposing(long node, List<ByteString> proposed) {
    commands = proposed;
    tickets.clear();
    for (ByteString command : proposed) {
      tickets.add(proposer.proposes(node, command));
    }
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    if (result instanceof ProposeResult.Accepted its) {
      for (int i = 0; i < commands.size(); i++) {
        LogId id = new LogId(its.term(), its.firstIndex() + i);
        Accepted<T> command = new Accepted<>(id, commands.get(i), tickets.get(i));
        accepted.put(id, command);
        fatesOf(node).accepted(id.term(), id.index(), command);
      }
    } else if (result instanceof ProposeResult.Forwarded) {
      forwarded.addAll(commands);
      tickets.forEach(proposer::isUnknown);
    } else {
      tickets.forEach(proposer::hasNoEffect);
    }
  }

  @Override
  public void applied(long node, Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      check(node, entry);
    }
    applying = entry;
    restored.remove(node);
    fatesOf(node).committed(entry);
  }

  private void check(long node, Entry entry) {
    Accepted<T> command = accepted.get(new LogId(entry.getTerm(), entry.getIndex()));
    if (command == null) {
      if (!forwarded.contains(entry.getData())) {
        throw violation(node, entry, "which no node has accepted or forwarded");
      }
    } else if (!command.command.equals(entry.getData())) {
      throw violation(node, entry, "where another command was accepted");
    } else if (command.isLost) {
      throw violation(node, entry, "which was reported as lost");
    } else {
      command.isApplied = true;
    }
  }

  private static OracleViolation violation(long node, Entry entry, String problem) {
    return new OracleViolation(
        FATES,
        "node "
            + node
            + " applies command '"
            + entry.getData().toStringUtf8()
            + "' at "
            + entry.getIndex()
            + ", "
            + problem);
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    restored.add(node);
    fatesOf(node).snapshotInstalled(snapshot.getMetadata().getIndex());
  }

  private void ended(long node, Accepted<T> command, ProposalFates.Fate fate) {
    switch (fate) {
      case APPLIED -> {
        if (applying.getIndex() != command.id.index() || applying.getTerm() != command.id.term()) {
          throw violation(node, command, "is reported as applied by entry " + applying.getIndex());
        }
        proposer.isApplied(node, applying, command.ticket);
      }
      case LOST -> {
        if (command.isApplied) {
          throw violation(node, command, "is reported as lost, and was applied");
        }
        command.isLost = true;
        proposer.hasNoEffect(command.ticket);
      }
      case UNKNOWN -> proposer.isUnknown(command.ticket);
    }
  }

  private OracleViolation violation(long node, Accepted<T> command, String problem) {
    return new OracleViolation(
        FATES,
        "command '"
            + command.command.toStringUtf8()
            + "', which node "
            + node
            + " has accepted at "
            + command.id.index()
            + ", "
            + problem);
  }

  /**
   * Checks that a node knows the fate of all that it has accepted. It has applied the last entry of
   * the leader's log, which is of the leader's term.
   */
  void checkAllEnded(long node) {
    int left = fatesOf(node).size();
    // A snapshot does not say which entries it replaces: that is known with the next entry.
    if (left > 0 && !restored.contains(node)) {
      throw new OracleViolation(
          FATES, "node " + node + " does not report how " + left + " accepted commands have ended");
    }
  }
}
