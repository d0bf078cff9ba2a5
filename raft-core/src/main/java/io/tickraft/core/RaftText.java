package io.tickraft.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Compact text for messages, entries, events and other values of Raft: one line for each, for logs,
 * failure messages and transcripts.
 *
 * <pre>
 * 1→2 Append t3 prev (2,5) [(3,6) "a", (3,7) no-op] commit 4
 * 2→1 AppendResponse t3 accepted 7 commit 4
 * 1→2 Heartbeat t3 commit 4 round 2
 * </pre>
 *
 * <p>The id of an entry is (term,index). A value of 0 or none is omitted where that is unambiguous.
 * The text is for reading only: different values, such as long payloads, may have the same text.
 *
 * <p>A line has at most {@value #MAX_LINE} characters, whatever the message holds: long payloads,
 * lists and sentences are cut short. The time to build a line is bounded, too, so a host can log
 * every message that arrives.
 */
public final class RaftText {

  /** The highest number of characters of a line. */
  public static final int MAX_LINE = 4_000;

  /** Data with more bytes is cut short. */
  private static final int MAX_DATA = 24;

  /** A longer list of entries, payloads or changes is cut short. */
  private static final int MAX_ELEMENTS = 8;

  /** A longer list of ids is cut short. */
  private static final int MAX_IDS = 32;

  /** A longer sentence is cut short. */
  private static final int MAX_SENTENCE = 300;

  /** A membership change that takes more bytes is not parsed. */
  private static final int MAX_PARSED = 1 << 16;

  private RaftText() {}

  /**
   * Returns a message as one line.
   *
   * @param message any message, valid or not
   * @return such as {@code 1→2 Heartbeat t3 commit 4 round 2}
   */
  public static String of(Message message) {
    return message.getFrom()
        + "→"
        + message.getTo()
        + " "
        + of(message.getBodyCase())
        + (message.getTerm() == 0 ? "" : " t" + message.getTerm())
        + (message.getGroup() == 0 ? "" : " g" + message.getGroup())
        + BodyText.of(message);
  }

  /**
   * Returns the name of a kind of message.
   *
   * @param kind the kind
   * @return such as {@code AppendResponse}; {@code NoBody} if the body is missing or unknown
   */
  public static String of(Message.BodyCase kind) {
    return switch (kind) {
      case APPEND -> "Append";
      case APPEND_RESPONSE -> "AppendResponse";
      case HEARTBEAT -> "Heartbeat";
      case HEARTBEAT_RESPONSE -> "HeartbeatResponse";
      case VOTE -> "Vote";
      case VOTE_RESPONSE -> "VoteResponse";
      case PRE_VOTE -> "PreVote";
      case PRE_VOTE_RESPONSE -> "PreVoteResponse";
      case INSTALL_SNAPSHOT -> "InstallSnapshot";
      case INSTALL_SNAPSHOT_RESPONSE -> "InstallSnapshotResponse";
      case TIMEOUT_NOW -> "TimeoutNow";
      case TIMEOUT_NOW_RESPONSE -> "TimeoutNowResponse";
      case PROPOSE -> "Propose";
      case PROPOSE_RESPONSE -> "ProposeResponse";
      case READ_INDEX -> "ReadIndex";
      case READ_INDEX_RESPONSE -> "ReadIndexResponse";
      case TRANSFER_LEADER -> "TransferLeader";
      case TRANSFER_LEADER_RESPONSE -> "TransferLeaderResponse";
      case BODY_NOT_SET -> "NoBody";
    };
  }

  /**
   * Returns the id of an entry.
   *
   * @param id the id
   * @return such as {@code (3,6)}: term, index
   */
  public static String of(EntryId id) {
    return id(id.getTerm(), id.getIndex());
  }

  /**
   * Returns the id of an entry.
   *
   * @param id the id
   * @return such as {@code (3,6)}: term, index
   */
  public static String of(LogId id) {
    return id(id.term(), id.index());
  }

  static String id(long term, long index) {
    return "(" + term + "," + index + ")";
  }

  /**
   * Returns an entry as one line.
   *
   * @param entry the entry
   * @return such as {@code (3,6) "a"} or {@code (3,7) no-op}
   */
  public static String of(Entry entry) {
    String id = id(entry.getTerm(), entry.getIndex());
    String data = entry.getData().isEmpty() ? "" : " " + of(entry.getData());
    return switch (entry.getType()) {
      case ENTRY_TYPE_COMMAND -> id + data;
      case ENTRY_TYPE_NO_OP -> id + " no-op" + data;
      case ENTRY_TYPE_CONF_CHANGE -> id + " change " + change(entry.getData());
      case ENTRY_TYPE_UNSPECIFIED, UNRECOGNIZED -> id + " type " + entry.getTypeValue() + data;
    };
  }

  private static String change(ByteString data) {
    if (data.size() > MAX_PARSED) {
      return of(data);
    }
    try {
      return of(ConfChange.parseFrom(data));
    } catch (InvalidProtocolBufferException e) {
      return of(data);
    }
  }

  /**
   * Returns a membership change as one line.
   *
   * @param change the change
   * @return such as <code>{add voter 4, remove 1} joint explicit "host:port"</code>, or <code>
   *     {leave}</code>
   */
  public static String of(ConfChange change) {
    String changes = list(", ", MAX_ELEMENTS, change.getChangesList(), RaftText::of);
    String transition = words(change.getTransition(), "CONF_CHANGE_TRANSITION_");
    boolean leaves = change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE;
    return "{"
        + changes
        + (leaves && !changes.isEmpty() ? ", " : "")
        + (leaves ? transition : "")
        + "}"
        + (leaves || transition.equals("auto") ? "" : " " + transition)
        + (change.getContext().isEmpty() ? "" : " " + of(change.getContext()));
  }

  private static String of(ConfChangeSingle single) {
    return words(single.getType(), "CONF_CHANGE_TYPE_") + " " + single.getNode();
  }

  /** The name of a constant as words. */
  static String words(Enum<?> constant) {
    return words(constant, "");
  }

  /** The name of a constant without a prefix, as words. */
  private static String words(Enum<?> constant, String prefix) {
    return constant.name().replace(prefix, "").toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Returns an outcome as one line.
   *
   * @param outcome the outcome
   * @return such as {@code transfer to 2: completed, leader 2}
   */
  public static String of(Outcome outcome) {
    if (outcome instanceof Outcome.TransferEnded ended) {
      return transfer(ended.target(), words(ended.end()), ended.leader());
    } else if (outcome instanceof Outcome.TransferRejected rejected) {
      return transfer(
          rejected.target(), "rejected, " + words(rejected.reason()), rejected.leader());
    } else if (outcome instanceof Outcome.ChangeImpossible impossible) {
      return "change " + of(impossible.entry()) + " impossible: " + sentence(impossible.problem());
    }
    throw new IllegalArgumentException("an outcome of a later version: " + outcome);
  }

  private static String transfer(long target, String end, long leader) {
    return "transfer to " + target + ": " + end + (leader == 0 ? "" : ", leader " + leader);
  }

  /**
   * Returns entries as one line; a long list is cut short.
   *
   * @param entries the entries
   * @return such as {@code [(3,6) "a", (3,7) no-op]}; {@code []} for none
   */
  public static String of(List<Entry> entries) {
    return "[" + list(", ", MAX_ELEMENTS, entries, RaftText::of) + "]";
  }

  static String payloads(List<ByteString> payloads) {
    return "[" + list(", ", MAX_ELEMENTS, payloads, RaftText::of) + "]";
  }

  /** The first elements, the number of elements that are skipped, and the last element. */
  private static <T> String list(
      String separator, int max, List<T> elements, Function<T, String> text) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (elements.size() > max && i == max / 2) {
        int skipped = elements.size() - max / 2 - 1;
        texts.add("… " + skipped + " more …");
        i += skipped;
      }
      texts.add(text.apply(elements.get(i)));
    }
    return String.join(separator, texts);
  }

  private static String sentence(String text) {
    return text.length() <= MAX_SENTENCE ? text : text.substring(0, MAX_SENTENCE) + "…";
  }

  /**
   * Returns data as text if it is printable, else as hexadecimal digits; long data is cut short. In
   * text, line breaks, tabs, quotes and backslashes are escaped as in Java.
   *
   * @param data the data
   * @return such as {@code "a"} or {@code 0x00ff}
   */
  public static String of(ByteString data) {
    int shown = Math.min(data.size(), MAX_DATA);
    StringBuilder text = new StringBuilder();
    StringBuilder hex = new StringBuilder("0x");
    boolean printable = true;
    for (int i = 0; i < shown; i++) {
      int b = data.byteAt(i) & 0xff;
      printable &= (b >= ' ' && b <= '~') || b == '\n' || b == '\r' || b == '\t';
      appendEscaped(text, (char) b);
      hex.append(Character.forDigit(b >>> 4, 16)).append(Character.forDigit(b & 15, 16));
    }
    String rest = shown < data.size() ? "… (" + data.size() + " bytes)" : "";
    return printable ? "\"" + text + "\"" + rest : hex + rest;
  }

  private static void appendEscaped(StringBuilder text, char c) {
    switch (c) {
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case '"', '\\' -> text.append('\\').append(c);
      default -> text.append(c);
    }
  }

  /**
   * Returns a hard state as one line.
   *
   * @param hardState the hard state
   * @return such as {@code term 3 vote 1 commit 4}
   */
  public static String of(HardState hardState) {
    return "term "
        + hardState.getTerm()
        + " vote "
        + hardState.getVote()
        + " commit "
        + hardState.getCommit();
  }

  /**
   * Returns a configuration as one line.
   *
   * @param confState the configuration
   * @return such as <code>voters {1,2,3} learners {4}</code>
   */
  public static String of(ConfState confState) {
    return "voters "
        + ids(confState.getVotersList())
        + label(" learners ", confState.getLearnersList())
        + label(" outgoing ", confState.getVotersOutgoingList())
        + label(" learners next ", confState.getLearnersNextList())
        + (confState.getAutoLeave() ? " auto-leave" : "");
  }

  private static String label(String label, List<Long> ids) {
    return ids.isEmpty() ? "" : label + ids(ids);
  }

  private static String ids(List<Long> ids) {
    return "{" + list(",", MAX_IDS, ids, String::valueOf) + "}";
  }

  /**
   * Returns a snapshot as one line.
   *
   * @param snapshot the snapshot
   * @return such as <code>snapshot (3,6) voters {1,2,3}</code>
   */
  public static String of(Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.getMetadata();
    return "snapshot "
        + id(metadata.getTerm(), metadata.getIndex())
        + " "
        + of(metadata.getConfState())
        + (snapshot.getData().isEmpty() ? "" : " " + of(snapshot.getData()));
  }

  /**
   * Returns a Ready as several lines, in the order in which a host processes it. Each message has a
   * line of its own, so there may be many lines.
   *
   * @param ready the Ready
   * @return a headline, and a line for each part that is not empty
   */
  public static String of(Ready ready) {
    StringBuilder text = new StringBuilder("Ready #").append(ready.number());
    text.append(ready.mustSync() ? ", must sync" : "");
    ready.messages().forEach(message -> line(text, "send", of(message)));
    ready.snapshot().ifPresent(snapshot -> line(text, "persist", of(snapshot)));
    if (!ready.entries().isEmpty()) {
      line(text, "persist", of(ready.entries()));
    }
    ready.hardState().ifPresent(hardState -> line(text, "persist", of(hardState)));
    ready.messagesAfterPersist().forEach(message -> line(text, "then send", of(message)));
    if (!ready.committedEntries().isEmpty()) {
      line(text, "apply", of(ready.committedEntries()));
    }
    ready.confState().ifPresent(confState -> line(text, "configuration", of(confState)));
    ready.readStates().forEach(read -> line(text, "outcome", of(read)));
    ready.outcomes().forEach(outcome -> line(text, "outcome", of(outcome)));
    return text.toString();
  }

  /**
   * Returns the result of a read as one line.
   *
   * @param read the result of the read
   * @return such as {@code read "a": confirmed at 7} or {@code read "a": aborted, timed out}
   */
  public static String of(ReadState read) {
    if (read instanceof ReadState.Confirmed confirmed) {
      return "read " + of(read.context()) + ": confirmed at " + confirmed.index();
    } else if (read instanceof ReadState.Aborted aborted) {
      return "read "
          + of(read.context())
          + ": aborted, "
          + words(aborted.reason())
          + (aborted.leader() == 0 ? "" : ", leader " + aborted.leader());
    }
    throw new IllegalArgumentException("a result of a read of a later version: " + read);
  }

  /**
   * Returns an event as one line.
   *
   * @param event the event
   * @return such as {@code leader 2 in term 3} or {@code dropped, stale term: 1→2 Heartbeat t3 …}
   */
  public static String of(RaftEvent event) {
    return EventText.of(event);
  }

  private static void line(StringBuilder text, String label, String content) {
    text.append("\n  ").append(label).append(": ").append(content);
  }
}
