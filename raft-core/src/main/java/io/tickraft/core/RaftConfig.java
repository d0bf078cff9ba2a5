package io.tickraft.core;

import io.tickraft.core.validate.MessageSizes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a node. Immutable.
 *
 * <p>All members of a group should share {@code electionTicks}, {@code heartbeatTicks}, {@code
 * preVote} and {@code checkQuorum}; the other settings may differ from node to node.
 */
public final class RaftConfig {

  private final long id;
  private final long group;
  private final int electionTicks;
  private final int heartbeatTicks;
  private final int snapshotTicks;
  private final long seed;
  private final long incarnation;
  private final boolean incarnationIsSet;
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
    this.incarnationIsSet = b.incarnation != null;
    this.incarnation = b.incarnation == null ? 0 : atLeast("incarnation", b.incarnation, 0);
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
   * Starts a configuration in which every other setting has its default.
   *
   * @param id the node's id, from 1; never reuse an id whose storage was lost
   * @return a builder
   */
  public static Builder builder(long id) {
    return new Builder(id);
  }

  /** {@return the node's id, from 1} */
  public long id() {
    return id;
  }

  /**
   * {@return the Raft group that the node belongs to, from 1; 0 if the host has only one} For hosts
   * with several groups on one connection.
   */
  public long group() {
    return group;
  }

  /**
   * Returns the election timeout. A follower that hears nothing campaigns after a random number of
   * ticks, from {@code electionTicks} to {@code 2 * electionTicks - 1} (Raft paper, section 5.2).
   *
   * <p>A tick should be at least as long as the round trip between two nodes. The election timeout
   * should be longer than the slowest usual sync of a disk plus some round trips (Raft paper,
   * section 5.6). A campaign takes two syncs, one after the other: the candidate's and the voters'.
   * With ticks of 100 milliseconds and the default of 10, syncs of up to 700 milliseconds do not
   * depose a leader. If elections keep failing, the random range widens from the fourth campaign in
   * a row on, up to {@code 5 * electionTicks - 1}.
   *
   * @return ticks, above {@link #heartbeatTicks()}, at most 2^29
   */
  public int electionTicks() {
    return electionTicks;
  }

  /**
   * {@return the heartbeat interval: the ticks from one round of a leader's heartbeats to the next,
   * at least 1}
   */
  public int heartbeatTicks() {
    return heartbeatTicks;
  }

  /**
   * Returns how long a leader waits for the answer to a snapshot. Then the leader gives up the
   * attempt and asks the follower whether its log holds the snapshot's last entry. If not, the
   * leader sends another snapshot. {@link RawNode#reportSnapshot} prolongs the wait.
   *
   * <p>As long as the host reports nothing, the leader also asks after each answered heartbeat. It
   * sends a follower that does not hold the snapshot another copy after two heartbeat intervals,
   * then after four, and so on, up to this time.
   *
   * @return ticks, at least 1
   */
  public int snapshotTicks() {
    return snapshotTicks;
  }

  /**
   * {@return the seed of the random election timeouts, any number} A timeout is a function of the
   * seed, the incarnation, the id, the term, the number of the timeout in the term, and the number
   * of campaigns since a leader was heard. Nodes may share a seed.
   */
  public long seed() {
    return seed;
  }

  /**
   * {@return the node's incarnation, from 0: a number that the host never uses twice for one id,
   * such as a stored count of its starts} The incarnation is part of the id of each request that
   * the node sends. Without it, a restarted node could take a late answer to an old request for the
   * answer to a new one, and a read would be stale.
   *
   * <p>The library cannot choose it: nothing that a node has persisted is sure to differ from one
   * start to the next, and there is no clock and no random source.
   */
  public long incarnation() {
    return incarnation;
  }

  /** Whether the host has set {@link #incarnation()}. */
  boolean incarnationIsSet() {
    return incarnationIsSet;
  }

  /**
   * Returns the limit on the size of a command, or of a serialized membership change, that the node
   * accepts from its host or as a forwarded proposal. A follower also accepts larger entries from
   * its leader: the leader's own limit applies to those.
   *
   * @return bytes, from 1 to 2^31 - 129: a message has less than 2^31 bytes, and 128 are reserved
   *     for the rest of the append
   */
  public int maxEntryBytes() {
    return maxEntryBytes;
  }

  /**
   * Returns the limit on the entries of one append; a single entry may be larger.
   *
   * @return bytes, as the sum of the entries' serialized sizes, from 1 to 2^30: a message has less
   *     than 2^31
   */
  public int maxAppendBytes() {
    return maxAppendBytes;
  }

  /** {@return how many appends with entries may be in flight to one follower, at least 1} */
  public int maxInflightAppends() {
    return maxInflightAppends;
  }

  /**
   * {@return how many bytes of entries in flight to one follower stop further appends, at least 1}
   * The append that reaches the limit is still sent, so one append may exceed it.
   */
  public long maxInflightBytes() {
    return maxInflightBytes;
  }

  /**
   * Returns the limit on a leader's uncommitted commands: those that it appended in its term and
   * that are not committed. If there are none, a single command is accepted at any size up to
   * {@link #maxEntryBytes()}. A batch of several commands above the limit is never accepted.
   *
   * @return bytes, as the sum of the commands' sizes, at least 1
   */
  public long maxUncommittedBytes() {
    return maxUncommittedBytes;
  }

  /**
   * {@return how many uncommitted commands a leader may have, from 1 to 2^30} Unlike {@link
   * #maxUncommittedBytes()}, this also limits empty commands. A batch with more commands is never
   * accepted.
   */
  public int maxUncommittedEntries() {
    return maxUncommittedEntries;
  }

  /**
   * Returns the limit on unpersisted entries: those that are not acknowledged with {@link
   * RawNode#persisted}. At the limit or above, a follower drops appends with entries, and a leader
   * rejects proposals, until the host has persisted some.
   *
   * @return bytes, as the sum of the entries' serialized sizes, at least 1
   */
  public long maxUnstableBytes() {
    return maxUnstableBytes;
  }

  /**
   * Returns the limit on entries being applied: those that a {@link Ready} gave to the state
   * machine and that are not acknowledged with {@link RawNode#applied}. The limit holds for all
   * outstanding Readys together. If all earlier entries are applied, the state machine gets the
   * next entry whatever its size.
   *
   * @return bytes, as the sum of the entries' serialized sizes, at least 1
   */
  public long maxCommittedBytesPerReady() {
    return maxCommittedBytesPerReady;
  }

  /**
   * {@return how many Readys may be outstanding, at least 1} A Ready is outstanding until it is
   * acknowledged with {@link RawNode#persisted}, if it has something to persist or {@link
   * Ready#messagesAfterPersist()}. The number of other Readys is not limited: a node with a slow
   * disk still answers heartbeats.
   *
   * <p>The same limit holds for the number of snapshots that are not acknowledged with {@link
   * RawNode#applied}.
   */
  public int maxOutstandingReadys() {
    return maxOutstandingReadys;
  }

  /**
   * Returns how long a leader waits for its disk. If writes are outstanding and none has been
   * acknowledged with {@link RawNode#persisted} for this long, the leader orders the most advanced
   * voter to campaign and steps down, with {@link RaftEvent.SteppedDown.Reason#PERSIST_TIMED_OUT}.
   * A leader that is the only voter does not step down. Each acknowledged write restarts the wait,
   * so a disk that is only slow does not count as stuck.
   *
   * @return ticks, at least 1
   */
  public int maxPersistTicks() {
    return maxPersistTicks;
  }

  /**
   * {@return how many messages the outbox holds, at least 1} The outbox holds the messages that
   * wait for the next Ready. Further messages are dropped and reported. Appends and snapshots do
   * not count: they are formed when a Ready is taken. Choose at least the number of other members:
   * each gets a heartbeat or a request for its vote, and with less room some members would never
   * get theirs.
   */
  public int maxOutboxMessages() {
    return maxOutboxMessages;
  }

  /**
   * Returns the limit on the size of the {@linkplain #maxOutboxMessages() outbox}. Further messages
   * are dropped and reported. An empty outbox accepts one message whatever its size.
   *
   * @return bytes, as the sum of the messages' serialized sizes, at least 1
   */
  public long maxOutboxBytes() {
    return maxOutboxBytes;
  }

  /**
   * {@return whether a follower forwards proposals to its leader} The fate of a forwarded proposal
   * is unknown.
   */
  public boolean forwardProposals() {
    return forwardProposals;
  }

  /**
   * {@return whether a leader accepts forwarded proposals} If it does, whoever can send the node a
   * message can append to its log, up to the limits. If not, the leader rejects a forwarded
   * proposal.
   */
  public boolean acceptForwardedProposals() {
    return acceptForwardedProposals;
  }

  /**
   * {@return whether there is a pre-vote before each election (thesis 9.6)} In a pre-vote a node
   * asks whether it could win an election before it starts one. Without a pre-vote, a node that was
   * cut off from the others returns with a later term and deposes the leader.
   *
   * <p>Use it together with {@link #checkQuorum()}. With the pre-vote no other node is elected
   * while the voters hear a leader. Without {@code checkQuorum}, a leader whose heartbeats arrive
   * but which receives no answers would then lead for ever.
   */
  public boolean preVote() {
    return preVote;
  }

  /**
   * {@return whether leaders check that they hear a quorum, and followers refuse votes while they
   * hear a leader} A leader steps down when it has not heard from a quorum for {@link
   * #electionTicks()}. A node that has heard from a leader in that time grants no vote (thesis 6.2
   * and 4.2.3).
   *
   * <p>All members of a group should have the same value. If followers refuse votes but their
   * leader never steps down, a leader whose heartbeats arrive but which receives no answers would
   * lead for ever.
   */
  public boolean checkQuorum() {
    return checkQuorum;
  }

  /**
   * {@return the node's priority in elections, from 0} The priority breaks ties between equal logs:
   * a node with a higher priority does not vote for a candidate with a lower one until its own
   * election timeout has passed. A more up-to-date log always wins.
   */
  public long priority() {
    return priority;
  }

  /**
   * {@return whether a leader that is removed, or made a learner, steps down as soon as a quorum is
   * known to have persisted that the change is committed (thesis 4.2.2), or else after ten election
   * timeouts} If not, the node keeps leading until its host transfers the leadership. Meanwhile the
   * leader does not count itself in quorums and accepts no proposals or reads.
   */
  public boolean stepDownOnRemoval() {
    return stepDownOnRemoval;
  }

  /**
   * {@return how many reads of this node's host may be pending, from 1} On a leader the same number
   * of reads may be pending for other nodes. Each member has an equal share of that number, and all
   * nodes that are not members have one share together. A share is at least one read.
   */
  public int maxPendingReads() {
    return maxPendingReads;
  }

  /** {@return after how many ticks a pending read is aborted, from 1} */
  public int readTimeoutTicks() {
    return readTimeoutTicks;
  }

  /**
   * {@return the observer of the node's events; empty if there is none} Without an observer no
   * event is built.
   */
  public Optional<RaftObserver> observer() {
    return observer;
  }

  /** {@return all settings but the observer, by name and value, in one line} */
  @Override
  public String toString() {
    return "RaftConfig[id="
        + id
        + ", group="
        + group
        + ", electionTicks="
        + electionTicks
        + ", heartbeatTicks="
        + heartbeatTicks
        + ", snapshotTicks="
        + snapshotTicks
        + ", seed="
        + seed
        + ", incarnation="
        + (incarnationIsSet ? incarnation : "not set")
        + ", maxEntryBytes="
        + maxEntryBytes
        + ", maxAppendBytes="
        + maxAppendBytes
        + ", maxInflightAppends="
        + maxInflightAppends
        + ", maxInflightBytes="
        + maxInflightBytes
        + ", maxUncommittedBytes="
        + maxUncommittedBytes
        + ", maxUncommittedEntries="
        + maxUncommittedEntries
        + ", maxUnstableBytes="
        + maxUnstableBytes
        + ", maxCommittedBytesPerReady="
        + maxCommittedBytesPerReady
        + ", maxOutstandingReadys="
        + maxOutstandingReadys
        + ", maxPersistTicks="
        + maxPersistTicks
        + ", maxOutboxMessages="
        + maxOutboxMessages
        + ", maxOutboxBytes="
        + maxOutboxBytes
        + ", forwardProposals="
        + forwardProposals
        + ", acceptForwardedProposals="
        + acceptForwardedProposals
        + ", preVote="
        + preVote
        + ", checkQuorum="
        + checkQuorum
        + ", priority="
        + priority
        + ", stepDownOnRemoval="
        + stepDownOnRemoval
        + ", maxPendingReads="
        + maxPendingReads
        + ", readTimeoutTicks="
        + readTimeoutTicks
        + "]";
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
    private @Nullable Long incarnation;
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
     * @param ticks ticks, above {@link RaftConfig#heartbeatTicks()}, at most 2^29
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
     * Sets {@link RaftConfig#incarnation()}; default 0, which is only for a node that is never
     * started again: if this is not set, {@link RawNode#open} refuses a storage on which a node has
     * run before.
     *
     * <p>Each host has to set this. Store a counter, and before each start add one to it and sync
     * it. The node's storage is no substitute, as it may be the same at two starts.
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
     * Sets {@link RaftConfig#maxPersistTicks()}; default 100; in general ten times {@link
     * RaftConfig#electionTicks()}.
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
     * @param forward whether a follower forwards proposals to its leader
     * @return this
     */
    public Builder forwardProposals(boolean forward) {
      this.forwardProposals = forward;
      return this;
    }

    /**
     * Sets {@link RaftConfig#acceptForwardedProposals()}; default false.
     *
     * @param accept whether a leader accepts forwarded proposals
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
     * @param on whether leaders check that they hear a quorum, and followers refuse votes while
     *     they hear a leader
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
     * Sets {@link RaftConfig#readTimeoutTicks()}; default 20; in general twice {@link
     * RaftConfig#electionTicks()}.
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
     * @param observer the observer of the node's events
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
     * @throws IllegalArgumentException if a setting is out of its range; the message names it
     */
    public RaftConfig build() {
      return new RaftConfig(this);
    }
  }
}
