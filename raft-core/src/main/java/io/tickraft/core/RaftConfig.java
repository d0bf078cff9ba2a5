package io.tickraft.core;

import io.tickraft.core.validate.MessageSizes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a node. Immutable.
 *
 * <p>All members of a group should share {@code electionTicks}, {@code heartbeatTicks}, {@code
 * preVote} and {@code checkQuorum}; the other knobs are each node's own.
 */
public final class RaftConfig {

  private final long id;
  private final long group;
  private final int electionTicks;
  private final int heartbeatTicks;
  private final int snapshotTicks;
  private final long seed;
  private final long incarnation;
  private final int maxEntryBytes;
  private final int maxAppendBytes;
  private final int maxInflightAppends;
  private final long maxInflightBytes;
  private final long maxUncommittedBytes;
  private final int maxUncommittedEntries;
  private final long maxUnstableBytes;
  private final long maxCommittedBytesPerReady;
  private final int maxOutstandingReadys;
  private final int maxPersistTicks;
  private final int maxOutboxMessages;
  private final long maxOutboxBytes;
  private final boolean forwardProposals;
  private final boolean acceptForwardedProposals;
  private final boolean preVote;
  private final boolean checkQuorum;
  private final long priority;
  private final boolean stepDownOnRemoval;
  private final int maxPendingReads;
  private final int readTimeoutTicks;
  private final Optional<RaftObserver> observer;

  private RaftConfig(Builder b) {
    this.id = atLeast("id", b.id, 1);
    this.group = atLeast("group", b.group, 0);
    this.heartbeatTicks = atLeast("heartbeatTicks", b.heartbeatTicks, 1);
    if (b.electionTicks <= heartbeatTicks) {
      throw new IllegalArgumentException(
          "electionTicks: above heartbeatTicks, which is "
              + heartbeatTicks
              + ": "
              + b.electionTicks);
    }
    this.electionTicks = atMost("electionTicks", b.electionTicks, 1 << 29);
    this.snapshotTicks = atLeast("snapshotTicks", b.snapshotTicks, 1);
    this.seed = b.seed;
    this.incarnation = atLeast("incarnation", b.incarnation, 0);
    this.maxEntryBytes =
        atMost(
            "maxEntryBytes",
            atLeast("maxEntryBytes", b.maxEntryBytes, 1),
            MessageSizes.MAX_PAYLOAD);
    this.maxAppendBytes =
        atMost("maxAppendBytes", atLeast("maxAppendBytes", b.maxAppendBytes, 1), 1 << 30);
    this.maxInflightAppends = atLeast("maxInflightAppends", b.maxInflightAppends, 1);
    this.maxInflightBytes = atLeast("maxInflightBytes", b.maxInflightBytes, 1);
    this.maxUncommittedBytes = atLeast("maxUncommittedBytes", b.maxUncommittedBytes, 1);
    this.maxUncommittedEntries =
        atMost(
            "maxUncommittedEntries",
            atLeast("maxUncommittedEntries", b.maxUncommittedEntries, 1),
            1 << 30);
    this.maxUnstableBytes = atLeast("maxUnstableBytes", b.maxUnstableBytes, 1);
    this.maxCommittedBytesPerReady =
        atLeast("maxCommittedBytesPerReady", b.maxCommittedBytesPerReady, 1);
    this.maxOutstandingReadys = atLeast("maxOutstandingReadys", b.maxOutstandingReadys, 1);
    this.maxPersistTicks =
        b.maxPersistTicks == null
            ? 10 * Math.min(electionTicks, Integer.MAX_VALUE / 10)
            : atLeast("maxPersistTicks", b.maxPersistTicks, 1);
    this.maxOutboxMessages = atLeast("maxOutboxMessages", b.maxOutboxMessages, 1);
    this.maxOutboxBytes = atLeast("maxOutboxBytes", b.maxOutboxBytes, 1);
    this.forwardProposals = b.forwardProposals;
    this.acceptForwardedProposals = b.acceptForwardedProposals;
    this.preVote = b.preVote;
    this.checkQuorum = b.checkQuorum;
    this.priority = atLeast("priority", b.priority, 0);
    this.stepDownOnRemoval = b.stepDownOnRemoval;
    this.maxPendingReads = atLeast("maxPendingReads", b.maxPendingReads, 1);
    this.readTimeoutTicks =
        b.readTimeoutTicks == null
            ? 2 * electionTicks
            : atLeast("readTimeoutTicks", b.readTimeoutTicks, 1);
    this.observer = b.observer;
  }

  /**
   * Starts a configuration with the defaults of every other knob.
   *
   * @param id the node's id, from 1; never used again once its storage was lost
   * @return a builder
   */
  public static Builder builder(long id) {
    return new Builder(id);
  }

  /**
   * Returns the node's id.
   *
   * @return an id, from 1
   */
  public long id() {
    return id;
  }

  /**
   * Returns the Raft group that the node belongs to, for hosts with many groups on one connection.
   *
   * @return a group, from 1; 0 if the host has one only
   */
  public long group() {
    return group;
  }

  /**
   * Returns the election timeout: a follower that hears nothing for a random number of ticks from
   * {@code electionTicks} to {@code 2 * electionTicks - 1} campaigns (Raft paper, section 5.2).
   *
   * <p>A tick should be at least as long as the round trip between two nodes, and the election
   * timeout longer than the slowest usual sync of a disk plus some round trips: a campaign takes
   * two syncs in a row, the candidate's and the voters' (Raft paper, section 5.6: broadcast time is
   * far below the election timeout). With ticks of 100 milliseconds and the default of 10, syncs of
   * up to 700 milliseconds leave a leader alone. Where elections keep failing all the same, the
   * random range widens from the fourth campaign in a row on, up to {@code 5 * electionTicks - 1}.
   *
   * @return ticks, above {@link #heartbeatTicks()}
   */
  public int electionTicks() {
    return electionTicks;
  }

  /**
   * Returns how often a leader sends heartbeats.
   *
   * @return ticks from one round of heartbeats to the next, at least 1
   */
  public int heartbeatTicks() {
    return heartbeatTicks;
  }

  /**
   * Returns how long a leader waits for the answer to a snapshot before it gives up the attempt,
   * asks the follower whether it holds the snapshot's last entry, and if not sends another one.
   * {@link RawNode#reportSnapshot} prolongs it.
   *
   * <p>As long as the host reports nothing, the leader also asks after each heartbeat that is
   * answered. A follower that does not hold the snapshot gets another copy after two heartbeats,
   * after four, and so on, up to this time.
   *
   * @return ticks, at least 1
   */
  public int snapshotTicks() {
    return snapshotTicks;
  }

  /**
   * Returns the seed of the random election timeouts, which are a function of the seed, the
   * incarnation, the id, the term and the attempt. Nodes may share it.
   *
   * @return any number
   */
  public long seed() {
    return seed;
  }

  /**
   * Returns the node's incarnation: a number that the host never uses twice for one id, such as a
   * boot counter that it stores. It is part of the name of each request that the node sends;
   * without it a restarted node would take a late answer to an old request for that to a new one.
   *
   * @return a number, from 0
   */
  public long incarnation() {
    return incarnation;
  }

  /**
   * Returns how large a command, or a serialized membership change, may be that the node takes from
   * its host or as a forwarded proposal. A follower takes larger entries from its leader, which
   * decides by its own limit.
   *
   * @return bytes, from 1 to 2^31 - 129, which an append can carry: the size of a message is below
   *     2^31, and 128 bytes are for what surrounds the entry
   */
  public int maxEntryBytes() {
    return maxEntryBytes;
  }

  /**
   * Returns how many bytes of entries one append holds at the most; a single entry may be larger.
   *
   * @return bytes, as the sum of the entries' serialized sizes, from 1 to 2^30, as no message can
   *     be of 2^31
   */
  public int maxAppendBytes() {
    return maxAppendBytes;
  }

  /**
   * Returns how many appends with entries may be under way to one follower.
   *
   * @return messages, at least 1
   */
  public int maxInflightAppends() {
    return maxInflightAppends;
  }

  /**
   * Returns how many bytes of entries may be under way to one follower, before the last append that
   * may be sent is added.
   *
   * @return bytes, at least 1
   */
  public long maxInflightBytes() {
    return maxInflightBytes;
  }

  /**
   * Returns how much a leader takes before it is committed: the payload bytes of the entries that
   * it appended and did not commit yet. Where there are none, a single command is taken whatever
   * its size, up to {@link #maxEntryBytes()}. A batch of several commands that is larger by itself
   * is never taken.
   *
   * @return bytes, at least 1
   */
  public long maxUncommittedBytes() {
    return maxUncommittedBytes;
  }

  /**
   * Returns how many entries a leader takes before they are committed, which bounds payloads of no
   * size. A batch with more commands is never taken.
   *
   * @return entries, from 1 to 2^30
   */
  public int maxUncommittedEntries() {
    return maxUncommittedEntries;
  }

  /**
   * Returns how many bytes of entries a node holds that are not persisted yet; with as many or
   * more, a follower drops appends with entries, and a leader rejects proposals, until the host has
   * persisted some.
   *
   * @return bytes, as the sum of the entries' serialized sizes, at least 1
   */
  public long maxUnstableBytes() {
    return maxUnstableBytes;
  }

  /**
   * Returns how many bytes of committed entries may be given to the state machine before they are
   * applied. At least one entry is given to it if all before that are applied.
   *
   * @return bytes, as the sum of the entries' serialized sizes, at least 1
   */
  public long maxCommittedBytesPerReady() {
    return maxCommittedBytesPerReady;
  }

  /**
   * Returns how many Readys may be outstanding, which are those that are not acknowledged with
   * {@link RawNode#persisted}, and how many snapshots that are not acknowledged with {@link
   * RawNode#applied}. A Ready counts if it has something to persist or {@link
   * Ready#messagesAfterPersist()}. Others are handed out however many are outstanding: a slow disk
   * does not keep a node from answering heartbeats.
   *
   * @return a number, at least 1
   */
  public int maxOutstandingReadys() {
    return maxOutstandingReadys;
  }

  /**
   * Returns how long a leader puts up with its own disk: when its oldest write has not been
   * acknowledged with {@link RawNode#persisted} for so long, it hands over to the most advanced
   * voter and steps down, with {@link RaftEvent.SteppedDown.Reason#PERSIST_TIMED_OUT}. A leader
   * that is the only voter stays.
   *
   * @return ticks, at least 1
   */
  public int maxPersistTicks() {
    return maxPersistTicks;
  }

  /**
   * Returns how many messages the node keeps between two Readys; further ones are dropped and
   * reported. Appends and snapshots are formed when a Ready is taken and do not count. A node sends
   * each other member a heartbeat, or a request for its vote: with less room than for one message
   * to each, some members would never get theirs.
   *
   * @return messages, at least 1
   */
  public int maxOutboxMessages() {
    return maxOutboxMessages;
  }

  /**
   * Returns how many bytes of messages the node keeps between two Readys; further ones are dropped
   * and reported. One message is kept whatever its size.
   *
   * @return bytes, as the sum of the messages' serialized sizes, at least 1
   */
  public long maxOutboxBytes() {
    return maxOutboxBytes;
  }

  /**
   * Says whether a follower passes proposals to its leader. The fate of a forwarded proposal cannot
   * be known.
   *
   * @return whether proposals are forwarded
   */
  public boolean forwardProposals() {
    return forwardProposals;
  }

  /**
   * Says whether a leader takes proposals that other nodes pass to it. Whoever can send the node a
   * message can then write to its log, and bring as much as the limits allow. With the switch off
   * such a proposal is answered as rejected and nothing is appended.
   *
   * @return whether forwarded proposals are accepted
   */
  public boolean acceptForwardedProposals() {
    return acceptForwardedProposals;
  }

  /**
   * Says whether the node asks whether it could win an election before it starts one (thesis 9.6).
   * Without it a node that could not reach the others for a while comes back with a later term and
   * ends the leader's. It belongs together with {@link #checkQuorum()}: nobody is elected while a
   * leader is heard, and without the other switch a leader that is heard by some, and hears none of
   * them, would stay for ever.
   *
   * @return whether there is a pre-vote before each election
   */
  public boolean preVote() {
    return preVote;
  }

  /**
   * Says whether the node steps down when it leads and has not heard from a quorum for {@link
   * #electionTicks()}, and grants no vote while it has heard from a leader in that time (thesis 6.2
   * and 4.2.3). All members of a group should agree on it: with some that keep to a leader and a
   * leader that never steps down, a leader that only its followers can hear would stay for ever.
   *
   * @return whether leaders look after their quorum, and followers keep to their leader
   */
  public boolean checkQuorum() {
    return checkQuorum;
  }

  /**
   * Returns the node's priority in elections. It breaks ties: of two nodes with equal logs, the one
   * with the higher priority does not vote for the other one, until its own election timeout has
   * passed. A longer log always wins.
   *
   * @return a priority, from 0
   */
  public long priority() {
    return priority;
  }

  /**
   * Says whether a leader that is removed, or made a learner, steps down as soon as the others are
   * known to know of it (thesis 4.2.2). Otherwise it goes on leading, without counting itself and
   * without taking proposals or reads, until its host transfers the leadership.
   *
   * @return whether it steps down
   */
  public boolean stepDownOnRemoval() {
    return stepDownOnRemoval;
  }

  /**
   * Returns how many reads may wait for their index: those of this node's host, and on a leader as
   * many again of other nodes. Of the latter each member has an equal share, all nodes that are no
   * members have one such share together, and at least one read of each may always wait.
   *
   * @return reads, from 1
   */
  public int maxPendingReads() {
    return maxPendingReads;
  }

  /**
   * Returns after how many ticks a read is aborted.
   *
   * @return ticks, from 1
   */
  public int readTimeoutTicks() {
    return readTimeoutTicks;
  }

  /**
   * Returns who is told what happens inside the node.
   *
   * @return the observer; empty if there is none, and then no event is even built
   */
  public Optional<RaftObserver> observer() {
    return observer;
  }

  private static long atLeast(String knob, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(knob + ": at least " + min + ": " + value);
    }
    return value;
  }

  private static int atLeast(String knob, int value, int min) {
    atLeast(knob, (long) value, min);
    return value;
  }

  private static int atMost(String knob, int value, int max) {
    if (value > max) {
      throw new IllegalArgumentException(knob + ": at most " + max + ": " + value);
    }
    return value;
  }

  /** Collects the settings of a node; {@link #build()} checks them. */
  public static final class Builder {

    private final long id;
    private long group;
    private int electionTicks = 10;
    private int heartbeatTicks = 1;
    private int snapshotTicks = 100;
    private long seed;
    private long incarnation;
    private int maxEntryBytes = 64 << 20;
    private int maxAppendBytes = 1 << 20;
    private int maxInflightAppends = 256;
    private long maxInflightBytes = 16L << 20;
    private long maxUncommittedBytes = 64L << 20;
    private int maxUncommittedEntries = 1 << 20;
    private long maxUnstableBytes = 64L << 20;
    private long maxCommittedBytesPerReady = 16L << 20;
    private int maxOutstandingReadys = 16;
    private @Nullable Integer maxPersistTicks;
    private int maxOutboxMessages = 4096;
    private long maxOutboxBytes = 64L << 20;
    private boolean forwardProposals;
    private boolean acceptForwardedProposals;
    private boolean preVote = true;
    private boolean checkQuorum = true;
    private long priority;
    private boolean stepDownOnRemoval = true;
    private int maxPendingReads = 4096;
    private @Nullable Integer readTimeoutTicks;
    private Optional<RaftObserver> observer = Optional.empty();

    private Builder(long id) {
      this.id = id;
    }

    /**
     * Sets {@link RaftConfig#group()}; default 0.
     *
     * @param group a group, from 1; 0: none
     * @return this
     */
    public Builder group(long group) {
      this.group = group;
      return this;
    }

    /**
     * Sets {@link RaftConfig#electionTicks()}; default 10.
     *
     * @param ticks ticks, above the heartbeat's
     * @return this
     */
    public Builder electionTicks(int ticks) {
      this.electionTicks = ticks;
      return this;
    }

    /**
     * Sets {@link RaftConfig#heartbeatTicks()}; default 1.
     *
     * @param ticks ticks, at least 1
     * @return this
     */
    public Builder heartbeatTicks(int ticks) {
      this.heartbeatTicks = ticks;
      return this;
    }

    /**
     * Sets {@link RaftConfig#snapshotTicks()}; default 100.
     *
     * @param ticks ticks, at least 1
     * @return this
     */
    public Builder snapshotTicks(int ticks) {
      this.snapshotTicks = ticks;
      return this;
    }

    /**
     * Sets {@link RaftConfig#seed()}; default 0.
     *
     * @param seed any number
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets {@link RaftConfig#incarnation()}; default 0, which only suits nodes that are never
     * restarted.
     *
     * @param incarnation a number that was never used for this id, from 0
     * @return this
     */
    public Builder incarnation(long incarnation) {
      this.incarnation = incarnation;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxEntryBytes()}; default 64 MiB.
     *
     * @param bytes bytes, from 1 to 2^31 - 129
     * @return this
     */
    public Builder maxEntryBytes(int bytes) {
      this.maxEntryBytes = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxAppendBytes()}; default 1 MiB.
     *
     * @param bytes bytes, from 1 to 2^30
     * @return this
     */
    public Builder maxAppendBytes(int bytes) {
      this.maxAppendBytes = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxInflightAppends()}; default 256.
     *
     * @param messages messages, at least 1
     * @return this
     */
    public Builder maxInflightAppends(int messages) {
      this.maxInflightAppends = messages;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxInflightBytes()}; default 16 MiB.
     *
     * @param bytes bytes, at least 1
     * @return this
     */
    public Builder maxInflightBytes(long bytes) {
      this.maxInflightBytes = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxUncommittedBytes()}; default 64 MiB.
     *
     * @param bytes bytes, at least 1
     * @return this
     */
    public Builder maxUncommittedBytes(long bytes) {
      this.maxUncommittedBytes = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxUncommittedEntries()}; default 1,048,576.
     *
     * @param entries entries, from 1 to 2^30
     * @return this
     */
    public Builder maxUncommittedEntries(int entries) {
      this.maxUncommittedEntries = entries;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxUnstableBytes()}; default 64 MiB.
     *
     * @param bytes bytes, at least 1
     * @return this
     */
    public Builder maxUnstableBytes(long bytes) {
      this.maxUnstableBytes = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxCommittedBytesPerReady()}; default 16 MiB.
     *
     * @param bytes bytes, at least 1
     * @return this
     */
    public Builder maxCommittedBytesPerReady(long bytes) {
      this.maxCommittedBytesPerReady = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxOutstandingReadys()}; default 16.
     *
     * @param readys a number, at least 1
     * @return this
     */
    public Builder maxOutstandingReadys(int readys) {
      this.maxOutstandingReadys = readys;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxPersistTicks()}; default 100, or ten times the election timeout, if
     * that is set.
     *
     * @param ticks ticks, from 1
     * @return this
     */
    public Builder maxPersistTicks(int ticks) {
      this.maxPersistTicks = ticks;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxOutboxMessages()}; default 4,096.
     *
     * @param messages messages, at least 1
     * @return this
     */
    public Builder maxOutboxMessages(int messages) {
      this.maxOutboxMessages = messages;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxOutboxBytes()}; default 64 MiB.
     *
     * @param bytes bytes, at least 1
     * @return this
     */
    public Builder maxOutboxBytes(long bytes) {
      this.maxOutboxBytes = bytes;
      return this;
    }

    /**
     * Sets {@link RaftConfig#forwardProposals()}; default false.
     *
     * @param forward whether a follower passes proposals to its leader
     * @return this
     */
    public Builder forwardProposals(boolean forward) {
      this.forwardProposals = forward;
      return this;
    }

    /**
     * Sets {@link RaftConfig#acceptForwardedProposals()}; default false.
     *
     * @param accept whether a leader takes proposals that other nodes pass to it
     * @return this
     */
    public Builder acceptForwardedProposals(boolean accept) {
      this.acceptForwardedProposals = accept;
      return this;
    }

    /**
     * Sets {@link RaftConfig#preVote()}; default true.
     *
     * @param on whether there is a pre-vote before each election
     * @return this
     */
    public Builder preVote(boolean on) {
      this.preVote = on;
      return this;
    }

    /**
     * Sets {@link RaftConfig#checkQuorum()}; default true.
     *
     * @param on whether leaders look after their quorum, and followers keep to their leader
     * @return this
     */
    public Builder checkQuorum(boolean on) {
      this.checkQuorum = on;
      return this;
    }

    /**
     * Sets {@link RaftConfig#priority()}; default 0.
     *
     * @param priority a priority, from 0
     * @return this
     */
    public Builder priority(long priority) {
      this.priority = priority;
      return this;
    }

    /**
     * Sets {@link RaftConfig#stepDownOnRemoval()}; default true.
     *
     * @param on whether a leader steps down when it is removed
     * @return this
     */
    public Builder stepDownOnRemoval(boolean on) {
      this.stepDownOnRemoval = on;
      return this;
    }

    /**
     * Sets {@link RaftConfig#maxPendingReads()}; default 4,096.
     *
     * @param reads reads, from 1
     * @return this
     */
    public Builder maxPendingReads(int reads) {
      this.maxPendingReads = reads;
      return this;
    }

    /**
     * Sets {@link RaftConfig#readTimeoutTicks()}; default 20, or twice the election timeout, if
     * that is set.
     *
     * @param ticks ticks, from 1
     * @return this
     */
    public Builder readTimeoutTicks(int ticks) {
      this.readTimeoutTicks = ticks;
      return this;
    }

    /**
     * Sets {@link RaftConfig#observer()}; default none.
     *
     * @param observer who is told what happens inside the node
     * @return this
     */
    public Builder observer(RaftObserver observer) {
      this.observer = Optional.of(Objects.requireNonNull(observer, "observer"));
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @return the configuration
     * @throws IllegalArgumentException if a knob is out of its range; the message names the knob
     */
    public RaftConfig build() {
      return new RaftConfig(this);
    }
  }
}
