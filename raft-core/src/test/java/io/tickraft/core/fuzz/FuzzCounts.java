package io.tickraft.core.fuzz;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.DropReason;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Message;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of the messages. */
final class FuzzCounts {

  private static final String NEWER_VERSION = "failed for a newer version";

  private long messages;
  private long processed;
  private final Map<Message.BodyCase, Long> changing = new EnumMap<>(Message.BodyCase.class);
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private final Map<String, Long> results = new TreeMap<>();
  private final Map<RoleName, Long> roles = new EnumMap<>(RoleName.class);

  void count(Message message, RoleName role, FuzzedNode.Outcome outcome) {
    messages++;
    roles.merge(role, 1L, Long::sum);
    if (outcome.changed()) {
      changing.merge(message.getBodyCase(), 1L, Long::sum);
    }
    outcome
        .dropped()
        .ifPresentOrElse(reason -> dropped.merge(reason, 1L, Long::sum), () -> processed++);
  }

  /** A call had a result, or something ended. */
  void result(Object outcome) {
    Record result = (Record) outcome;
    Enum<?> why = reason(result);
    results.merge(why == null ? key(result) : key(why), 1L, Long::sum);
  }

  /** A node failed, as a committed change can only be made by a newer version. */
  void failedForNewerVersion() {
    results.merge(NEWER_VERSION, 1L, Long::sum);
  }

  long failuresForNewerVersion() {
    return results.getOrDefault(NEWER_VERSION, 0L);
  }

  private static @Nullable Enum<?> reason(Record result) {
    if (result instanceof ProposeResult.Rejected rejected) {
      return rejected.reason();
    } else if (result instanceof ConfChangeResult.Rejected rejected) {
      return rejected.reason();
    } else if (result instanceof ReadResult.Rejected rejected) {
      return rejected.reason();
    } else if (result instanceof TransferResult.Rejected rejected) {
      return rejected.reason();
    } else if (result instanceof ReadState.Aborted aborted) {
      return aborted.reason();
    } else if (result instanceof Outcome.TransferEnded ended) {
      return ended.end();
    }
    return null;
  }

  private static String key(Record result) {
    return result.getClass().getEnclosingClass().getSimpleName()
        + "."
        + result.getClass().getSimpleName();
  }

  private static String key(Enum<?> constant) {
    Class<?> type = constant.getDeclaringClass();
    Class<?> outer = type.getEnclosingClass();
    return (outer == null ? "" : outer.getSimpleName() + ".") + constant.name();
  }

  /** How often a call was rejected, or something ended, for a reason. */
  long because(Enum<?> reason) {
    return results.getOrDefault(key(reason), 0L);
  }

  void add(FuzzCounts other) {
    messages += other.messages;
    processed += other.processed;
    other.changing.forEach((body, count) -> changing.merge(body, count, Long::sum));
    other.dropped.forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
    other.results.forEach((name, count) -> results.merge(name, count, Long::sum));
    other.roles.forEach((role, count) -> roles.merge(role, count, Long::sum));
  }

  long messages() {
    return messages;
  }

  long processed() {
    return processed;
  }

  long changing(Message.BodyCase body) {
    return changing.getOrDefault(body, 0L);
  }

  long dropped(DropReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  long in(RoleName role) {
    return roles.getOrDefault(role, 0L);
  }

  @Override
  public String toString() {
    return messages
        + " messages, "
        + processed
        + " processed; changing "
        + changing
        + "; dropped "
        + dropped
        + "; results "
        + results
        + "; to "
        + roles;
  }
}
