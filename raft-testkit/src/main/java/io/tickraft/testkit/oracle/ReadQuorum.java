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
public final class ReadQuorum implements Oracle {

  /** The leader's term, its last heartbeat round and its applied index when it got a read. */
  private record Asked(long term, long round, long appliedIndex) {}

  /** What is known of a leader since it was opened. */
  private static final class Leader {
    private @Nullable NodeView view;

    /** The pending reads, by name: a context or a request id. */
    private final Map<String, Asked> reads = new TreeMap<>();
  }

  /** A leader, in its term. */
  private record LeaderTerm(long term, long leader) implements Comparable<LeaderTerm> {
    @Override
    public int compareTo(LeaderTerm other) {
      return term != other.term
          ? Long.compare(term, other.term)
          : Long.compare(leader, other.leader);
    }
  }

  private final ConfigurationHistory history;
  private final Map<Long, Leader> leaders = new TreeMap<>();

  /** The last heartbeat round that a leader has sent. */
  private final Map<LeaderTerm, Long> rounds = new TreeMap<>();

  /** By leader and member: the last heartbeat round that the member has answered. */
  private final Map<LeaderTerm, Map<Long, Long>> answers = new TreeMap<>();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param history the configurations of the group; must get each event before this oracle
   */
  public ReadQuorum(ConfigurationHistory history) {
    this.history = history;
  }

  @Override
  public void opened(long node, Storage storage) {
    leaders.put(node, new Leader());
  }

  private Leader leader(long node) {
    return leaders.computeIfAbsent(node, n -> new Leader());
  }

  @Override
  public void stepped(NodeView view) {
    leader(view.node()).view = view;
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    if (result instanceof ReadResult.Accepted) {
      asked(node, name(context));
    }
  }

  @Override
  public void received(long node, Message message) {
    if (message.hasReadIndex()) {
      asked(node, name(message.getFrom(), message.getReadIndex().getRequest()));
    }
  }

  private void asked(long node, String read) {
    NodeView view = leader(node).view;
    if (view != null && view.role() == RoleName.LEADER) {
      long round = rounds.getOrDefault(new LeaderTerm(view.term(), node), 0L);
      // Reads with the same name are confirmed in order: keep the first.
      leader(node).reads.putIfAbsent(read, new Asked(view.term(), round, view.appliedIndex()));
    }
  }

  private static String name(ByteString context) {
    return "context " + context.toStringUtf8();
  }

  private static String name(long from, RequestId request) {
    return from + " " + request.getIncarnation() + " " + request.getSequence();
  }

  @Override
  public void sent(Message message, Storage durable) {
    switch (message.getBodyCase()) {
      case HEARTBEAT ->
          rounds.merge(
              new LeaderTerm(message.getTerm(), message.getFrom()),
              message.getHeartbeat().getRound(),
              Math::max);
      case HEARTBEAT_RESPONSE ->
          answers
              .computeIfAbsent(
                  new LeaderTerm(message.getTerm(), message.getTo()), l -> new TreeMap<>())
              .merge(message.getFrom(), message.getHeartbeatResponse().getRound(), Math::max);
      case READ_INDEX_RESPONSE -> {
        String read = name(message.getTo(), message.getReadIndexResponse().getRequest());
        ended(message.getFrom(), read, message.getReadIndexResponse().hasReady());
      }
      default -> {}
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    for (ReadState state : ready.readStates()) {
      ended(node, name(state.context()), state instanceof ReadState.Confirmed);
    }
  }

  private void ended(long node, String read, boolean confirmed) {
    Asked asked = leader(node).reads.remove(read);
    NodeView view = leader(node).view;
    if (!confirmed || asked == null || view == null) {
      return;
    }
    TreeSet<Long> answered = new TreeSet<>();
    answered.add(node);
    answers
        .getOrDefault(new LeaderTerm(asked.term, node), new TreeMap<>())
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
