package io.tickraft.core.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must hold of the reads that a node is asked for: each that it accepts from its host has one
 * outcome, those that it confirms itself are of no past, and a quorum has answered since.
 *
 * <p>A broken rule is an {@link AssertionError} that begins with the rule's name.
 */
final class ReadInvariants {

  /** What can be broken. ReadInvariantsTest shows each of them breaking. */
  enum Rule {
    A_READ_ENDS_THAT_WAS_NOT_ACCEPTED,
    A_READ_NEVER_ENDS,
    TOO_MANY_READS_WAIT,
    A_READ_ACCEPTED_WITHOUT_A_LEADER,
    A_READ_OF_A_NODE_THAT_LOST_STATE,
    A_READ_OF_THE_PAST,
    A_READ_OF_THE_FUTURE,
    A_READ_BEFORE_A_COMMIT_OF_THE_TERM,
    A_READ_WITHOUT_A_QUORUM,
    AN_ANSWER_THAT_WAS_NOT_ASKED_FOR,
    INDEX_OF_AN_ANSWER
  }

  /** A read of the node's host. */
  private static final class Read {
    private final boolean byLeader;
    private final long term;
    private final long commit;
    private final ConfState confState;

    /** The first round of heartbeats that can have begun after it, as far as is seen. */
    private final long firstRound;

    /** Who has answered such a round. */
    private final Set<Long> answered = new TreeSet<>();

    Read(Observation now, long firstRound) {
      this.byLeader = now.role() == RoleName.LEADER;
      this.term = now.term();
      this.commit = now.commit();
      this.confState = now.confState();
      this.firstRound = firstRound;
    }
  }

  private final RaftConfig config;

  /** The reads that wait, by what the host calls them; several may be called the same. */
  private final Map<String, List<Read>> waiting = new TreeMap<>();

  private int count;

  /** How often each request of another node was taken and is not answered. */
  private final Map<String, Integer> asked = new TreeMap<>();

  /** The highest round that was seen to leave, and its term. */
  private long round;

  private long roundTerm;

  ReadInvariants(RaftConfig config) {
    this.config = config;
  }

  /** The host asked for a read. */
  void read(ByteString context, ReadResult result, Observation before) {
    if (!(result instanceof ReadResult.Accepted)) {
      return;
    }
    require(before.leader() != 0, Rule.A_READ_ACCEPTED_WITHOUT_A_LEADER, before);
    require(before.lostUpTo() == 0, Rule.A_READ_OF_A_NODE_THAT_LOST_STATE, before);
    count++;
    require(count <= config.maxPendingReads(), Rule.TOO_MANY_READS_WAIT, count);
    long first = roundTerm == before.term() ? round + 1 : 1;
    waiting
        .computeIfAbsent(context.toStringUtf8(), name -> new ArrayList<>())
        .add(new Read(before, first));
  }

  /** A message was processed and not dropped. */
  void processed(Message message) {
    if (message.hasReadIndex()) {
      asked.merge(key(message.getFrom(), message.getReadIndex().getRequest()), 1, Integer::sum);
    } else if (message.hasHeartbeatResponse()) {
      for (List<Read> reads : waiting.values()) {
        for (Read read : reads) {
          if (read.byLeader
              && read.term == message.getTerm()
              && read.firstRound <= message.getHeartbeatResponse().getRound()) {
            read.answered.add(message.getFrom());
          }
        }
      }
    }
  }

  /**
   * A Ready was taken.
   *
   * @param before what the node showed before it
   * @param told the log with what the Ready writes
   */
  void taken(Taken ready, Observation before, NaiveLog told) {
    for (ReadState state : ready.readStates()) {
      List<Read> reads = waiting.get(state.context().toStringUtf8());
      require(reads != null && !reads.isEmpty(), Rule.A_READ_ENDS_THAT_WAS_NOT_ACCEPTED, state);
      count--;
      // Of several of the same name it is not known which one it is.
      if (reads.size() == 1 && state instanceof ReadState.Confirmed confirmed) {
        check(reads.get(0), confirmed.index(), before, told);
      }
      reads.remove(0);
    }
    for (List<Message> messages : List.of(ready.messages(), ready.messagesAfterPersist())) {
      messages.forEach(message -> sent(message, before));
    }
  }

  private void check(Read read, long index, Observation before, NaiveLog told) {
    if (!read.byLeader) {
      return; // It was confirmed by another node, which may have lied.
    }
    require(index >= read.commit, Rule.A_READ_OF_THE_PAST, index);
    require(index <= before.commit(), Rule.A_READ_OF_THE_FUTURE, index);
    require(
        index <= told.base() || told.term(index) == read.term,
        Rule.A_READ_BEFORE_A_COMMIT_OF_THE_TERM,
        index);
    // A change that came into effect meanwhile may have made less a quorum.
    require(
        !read.confState.equals(before.confState()) || isQuorum(read.confState, read.answered),
        Rule.A_READ_WITHOUT_A_QUORUM,
        read.answered);
  }

  private boolean isQuorum(ConfState confState, Set<Long> answered) {
    return isMajority(confState.getVotersList(), answered)
        && isMajority(confState.getVotersOutgoingList(), answered);
  }

  private boolean isMajority(List<Long> voters, Set<Long> answered) {
    long yes = voters.stream().filter(id -> id == config.id() || answered.contains(id)).count();
    return voters.isEmpty() || 2 * yes > voters.size();
  }

  private void sent(Message message, Observation before) {
    if (message.hasHeartbeat() && message.getTerm() >= roundTerm) {
      long itsRound = message.getHeartbeat().getRound();
      round = message.getTerm() > roundTerm ? itsRound : Math.max(round, itsRound);
      roundTerm = message.getTerm();
    } else if (message.hasReadIndexResponse()) {
      String key = key(message.getTo(), message.getReadIndexResponse().getRequest());
      int left = asked.merge(key, -1, Integer::sum);
      require(left >= 0, Rule.AN_ANSWER_THAT_WAS_NOT_ASKED_FOR, message);
      if (message.getReadIndexResponse().hasReady()) {
        require(
            message.getReadIndexResponse().getReady().getIndex() <= before.commit(),
            Rule.INDEX_OF_AN_ANSWER,
            message);
      }
    }
  }

  private static String key(long from, RequestId request) {
    return from + "/" + request.getIncarnation() + "." + request.getSequence();
  }

  /** So much time has passed that each read must have ended. */
  void allEnded() {
    require(count == 0, Rule.A_READ_NEVER_ENDS, count);
  }

  private static void require(boolean holds, Rule rule, Object about) {
    if (!holds) {
      throw new AssertionError(rule + ": " + about);
    }
  }
}
