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
 * A leader confirms a read only when a quorum has answered a heartbeat that it sent after the read
 * was asked for (thesis 6.4). That a read which was confirmed too early was also wrong is so rare
 * that this is watched for by itself.
 */
public final class ReadQuorum implements Oracle {

  /** Where the leader was when it was asked. */
  private record Asked(long term, long round, long appliedIndex) {}

  /** What is known of a leader since it was opened. */
  private static final class Leader {
    private @Nullable NodeView view;

    /** By what names a read: a context or a request. */
    private final Map<String, Asked> reads = new TreeMap<>();
  }

  private record Office(long term, long leader) implements Comparable<Office> {
    @Override
    public int compareTo(Office other) {
      return term != other.term
          ? Long.compare(term, other.term)
          : Long.compare(leader, other.leader);
    }
  }

  private final ConfigurationHistory history;
  private final Map<Long, Leader> leaders = new TreeMap<>();
  private final Map<Office, Long> rounds = new TreeMap<>();

  /** By member: the last round that it has answered. */
  private final Map<Office, Map<Long, Long>> answers = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param history told of each event before this
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
      long round = rounds.getOrDefault(new Office(view.term(), node), 0L);
      // Of several reads of one name the first is confirmed first.
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
              new Office(message.getTerm(), message.getFrom()),
              message.getHeartbeat().getRound(),
              Math::max);
      case HEARTBEAT_RESPONSE ->
          answers
              .computeIfAbsent(new Office(message.getTerm(), message.getTo()), o -> new TreeMap<>())
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
    TreeSet<Long> there = new TreeSet<>();
    there.add(node);
    answers
        .getOrDefault(new Office(asked.term, node), new TreeMap<>())
        .forEach(
            (member, round) -> {
              if (round > asked.round) {
                there.add(member);
              }
            });
    if (!history.hadQuorum(there, asked.appliedIndex, view.appliedIndex())) {
      throw new OracleViolation(
          "read quorum",
          "leader "
              + node
              + " of term "
              + asked.term
              + " confirms a read that it was asked for after round "
              + asked.round
              + "; a later round was answered by no more than "
              + there);
    }
  }
}
