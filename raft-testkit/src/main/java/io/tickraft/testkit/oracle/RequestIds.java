package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * No node names two requests alike, over all its restarts: a late answer to the first would be
 * taken for one to the second, and a read would be served from the past (thesis 6.4).
 */
public final class RequestIds implements Oracle {

  private record Request(long from, long incarnation, long sequence) {}

  private final Set<Request> sent = new LinkedHashSet<>();

  /** Has seen no request yet. */
  public RequestIds() {}

  @Override
  public void sent(Message message, Storage durable) {
    switch (message.getBodyCase()) {
      case PROPOSE -> request(message, message.getPropose().getRequest());
      case READ_INDEX -> request(message, message.getReadIndex().getRequest());
      case TRANSFER_LEADER -> request(message, message.getTransferLeader().getRequest());
      default -> {}
    }
  }

  private void request(Message message, RequestId id) {
    if (!sent.add(new Request(message.getFrom(), id.getIncarnation(), id.getSequence()))) {
      throw new OracleViolation(
          "requests have names of their own",
          "node "
              + message.getFrom()
              + " names another request "
              + id.getIncarnation()
              + "."
              + id.getSequence());
    }
  }
}
