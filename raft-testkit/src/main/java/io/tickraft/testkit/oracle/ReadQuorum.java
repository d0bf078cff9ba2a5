package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A leader confirms a read only after a quorum has answered a heartbeat that the leader sent after
 * it got the read (thesis 6.4). A read that is confirmed too early rarely returns a wrong index, so
 * this oracle checks the rule itself.
 */
final class ReadQuorum implements Oracle {

  /** The leader's term, its last heartbeat round and its applied index when it got a read. */
  private record Asked(long term, long round, long appliedIndex) {}

  /** A host's pending reads with the same context, whose outcomes cannot be told apart. */
  private static final class OwnReads {
    private int count;

    /** What is known of the read if it has been alone so far; null if the node did not lead. */
    private @Nullable Asked single;

    void add(@Nullable Asked asked) {
      count++;
      single = count == 1 ? asked : null;
    }
  }

  /** What is known of a leader. */
  private static final class Leader {
    private @Nullable NodeView view;

    /** Its own pending reads since it was opened. */
    private final Map<ByteString, OwnReads> own =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());

    /** The pending reads of other nodes since it was opened, by node and request id. */
    private final Map<String, Asked> forwarded = new TreeMap<>();

    private final TreeMap<Long, Rounds> byTerm = new TreeMap<>();
    private Rounds latest = new Rounds(0);

    Rounds in(long term) {
      if (latest.term != term) {
        latest = byTerm.computeIfAbsent(term, Rounds::new);
      }
      return latest;
    }
  }

  /** The heartbeat rounds of a leader in its term. */
  private static final class Rounds {
    private final long term;

    /** The last one that it has sent. */
    private long sent;

    /** By member: the last one that the member has answered. */
    private final Map<Long, Long> answered = new TreeMap<>();

    Rounds(long term) {
      this.term = term;
    }
  }

  private final ConfigurationHistory history;
  private final ByNode<Leader> leaders = new ByNode<>(node -> new Leader());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param history the configurations of the group; must get each event before this oracle
   */
  ReadQuorum(ConfigurationHistory history) {
    this.history = history;
  }

  @Override
  public void opened(long node, Storage storage) {
    leaders.of(node).view = null;
    leaders.of(node).own.clear();
    leaders.of(node).forwarded.clear();
  }

  @Override
  public void stepped(NodeView view) {
    leaders.of(view.node()).view = view;
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    if (result instanceof ReadResult.Accepted) {
      leaders.of(node).own.computeIfAbsent(context, c -> new OwnReads()).add(asked(node));
    }
  }

  @Override
  public void received(long node, Message message) {
    if (message.hasReadIndex()) {
      Asked asked = asked(node);
      if (asked != null) {
        String name = name(message.getFrom(), message.getReadIndex().getRequest());
        // A request that arrives twice is the same read, unless its leader has lost it since.
        leaders
            .of(node)
            .forwarded
            .merge(name, asked, (first, now) -> first.term < now.term ? now : first);
      }
    }
  }

  /** Returns what a leader knows when it gets a read; null if the node does not lead. */
  private @Nullable Asked asked(long node) {
    Leader leader = leaders.of(node);
    NodeView view = leader.view;
    if (view == null || view.role() != RoleName.LEADER) {
      return null;
    }
    return new Asked(view.term(), leader.in(view.term()).sent, view.appliedIndex());
  }

  private static String name(long from, RequestId request) {
    return from + " " + request.getIncarnation() + " " + request.getSequence();
  }

  @Override
  public void sent(Message message, Storage durable) {
    switch (message.getBodyCase()) {
      case HEARTBEAT -> {
        Rounds rounds = leaders.of(message.getFrom()).in(message.getTerm());
        rounds.sent = Math.max(rounds.sent, message.getHeartbeat().getRound());
      }
      case HEARTBEAT_RESPONSE ->
          leaders
              .of(message.getTo())
              .in(message.getTerm())
              .answered
              .merge(message.getFrom(), message.getHeartbeatResponse().getRound(), Math::max);
      case READ_INDEX_RESPONSE -> {
        String read = name(message.getTo(), message.getReadIndexResponse().getRequest());
        Asked asked = leaders.of(message.getFrom()).forwarded.remove(read);
        if (message.getReadIndexResponse().hasReady()) {
          checkConfirmed(message.getFrom(), asked);
        }
      }
      default -> {}
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    for (ReadState state : ready.readStates()) {
      Asked asked = ended(leaders.of(node), state.context());
      if (state instanceof ReadState.Confirmed) {
        checkConfirmed(node, asked);
      }
    }
  }

  private static @Nullable Asked ended(Leader leader, ByteString context) {
    OwnReads reads = leader.own.get(context);
    if (reads == null) {
      return null;
    }
    reads.count--;
    if (reads.count == 0) {
      leader.own.remove(context);
    }
    return reads.single;
  }

  private void checkConfirmed(long node, @Nullable Asked asked) {
    Leader leader = leaders.of(node);
    NodeView view = leader.view;
    if (asked == null || view == null) {
      return;
    }
    TreeSet<Long> answered = new TreeSet<>();
    answered.add(node);
    leader
        .in(asked.term)
        .answered
        .forEach(
            (member, round) -> {
              if (round > asked.round) {
                answered.add(member);
              }
            });
    if (!history.hadQuorum(answered, asked.appliedIndex, view.appliedIndex())) {
      throw new OracleViolation(
          "read quorum",
          "leader "
              + node
              + " of term "
              + asked.term
              + " confirms a read that it got after round "
              + asked.round
              + "; a later round was answered only by "
              + answered);
    }
  }
}
