package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A node never uses a request id twice, even if it restarts. Otherwise a late answer to the first
 * request would be taken as the answer to the second, and a read would return an old state (thesis
 * 6.4).
 */
final class RequestIds implements Oracle {

  private record Request(long from, long incarnation, long sequence) {}

  private final Set<Request> sent = new LinkedHashSet<>();

  /** Makes an oracle that has seen nothing yet. */
  RequestIds() {}

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
              + " uses a request id again: "
              + id.getIncarnation()
              + "."
              + id.getSequence());
    }
  }
}
