package io.tickraft.core.fuzz;

import io.tickraft.core.DropReason;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import java.util.EnumMap;
import java.util.Map;

/** What became of the messages. */
final class FuzzCounts {

  private long messages;
  private long processed;
  private final Map<Message.BodyCase, Long> changing = new EnumMap<>(Message.BodyCase.class);
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
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

  void add(FuzzCounts other) {
    messages += other.messages;
    processed += other.processed;
    other.changing.forEach((body, count) -> changing.merge(body, count, Long::sum));
    other.dropped.forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
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
        + "; to "
        + roles;
  }
}
