package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Operation;
import io.tickraft.examples.kv.command.Reply;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Transactions: the commands between {@code MULTI} and {@code EXEC} are one entry of the log. So
 * all of them take effect, without others between them, or none does.
 */
final class TransactionCommands {

  /** The commands that a client may send within a transaction and that are not part of it. */
  private static final Set<String> IMMEDIATE = Set.of("MULTI", "EXEC", "DISCARD", "WATCH", "QUIT");

  private static final Reply QUEUED = new Reply.Simple("QUEUED");
  private static final Reply ABORTED =
      new Reply.Failure("EXECABORT Transaction discarded because of previous errors.");

  private final Node node;
  private final ClientLimits limits;

  TransactionCommands(Node node, ClientLimits limits) {
    this.node = node;
    this.limits = limits;
  }

  List<CommandSpec> specs() {
    return List.of(
        CommandSpec.of("MULTI", 1, (request, session) -> multi(session)),
        new CommandSpec("EXEC", 1, List.of("fast"), 0, 0, 0, (request, session) -> exec(session)),
        CommandSpec.of("DISCARD", 1, (request, session) -> discard(session)),
        CommandSpec.of("WATCH", -2, (request, session) -> watch(session)),
        // Nothing is ever watched.
        CommandSpec.of("UNWATCH", 1, (request, session) -> Reply.OK));
  }

  private static Reply multi(Session session) {
    if (session.transaction().isPresent()) {
      return Reply.err("MULTI calls can not be nested");
    }
    session.begin(new TransactionQueue());
    return Reply.OK;
  }

  private static Reply discard(Session session) {
    return session.endTransaction().isPresent() ? Reply.OK : Reply.err("DISCARD without MULTI");
  }

  /** It could not be kept: the client may be sent to another node before {@code EXEC}. */
  private static Reply watch(Session session) {
    return session.transaction().isPresent()
        ? Reply.err("WATCH inside MULTI is not allowed")
        : Refusals.WATCH;
  }

  private Action exec(Session session) {
    Optional<TransactionQueue> ended = session.endTransaction();
    if (ended.isEmpty()) {
      return Action.reply(Reply.err("EXEC without MULTI"));
    }
    TransactionQueue queue = ended.get();
    if (queue.hasFailed()) {
      return Action.reply(ABORTED);
    }
    if (queue.operations().isEmpty()) {
      return Action.reply(Reply.array());
    }
    long maxReplyBytes = 0;
    for (Operation operation : queue.operations()) {
      maxReplyBytes += operation.maxReplyBytes(limits.maxValueBytes());
    }
    return new Action.Write(
        new Command.Transaction(
            queue.operations(), Math.min(maxReplyBytes, limits.maxReplyBytes())),
        queue.key());
  }

  // Queueing.

  /** {@return whether a request is to be queued for {@code EXEC}} */
  static boolean queues(Request request, Session session) {
    return session.transaction().isPresent() && !IMMEDIATE.contains(request.name());
  }

  /**
   * Queues a request.
   *
   * @param action what it asks for
   * @param key its first key; empty if it has none
   * @return the answer; an error makes the transaction fail
   */
  Reply queue(Request request, Action action, ByteString key, Session session) {
    TransactionQueue queue = session.transaction().orElseThrow();
    Reply refusal = refusal(request, action, key, queue);
    if (refusal instanceof Reply.Failure) {
      queue.fail();
      return refusal;
    }
    if (!queue.hasFailed()) {
      queue.add(action.inTransaction().orElseThrow(), key, request.bytes());
    }
    return QUEUED;
  }

  private Reply refusal(Request request, Action action, ByteString key, TransactionQueue queue) {
    if (action instanceof Action.Immediate immediate) {
      return immediate.reply();
    }
    Optional<Operation> operation = action.inTransaction();
    if (operation.isEmpty()) {
      return notAllowed(request.name());
    }
    if (queue.operations().size() >= TransactionQueue.MAX_OPERATIONS
        || queue.size() + operation.get().encodedSize() > limits.maxRequestBytes()) {
      return Reply.err(
          "a transaction has at most "
              + TransactionQueue.MAX_OPERATIONS
              + " commands and "
              + limits.maxRequestBytes()
              + " bytes");
    }
    // Without this limit, the client would wait for memory that only its own EXEC can release.
    if (queue.heldBytes() + request.bytes() > limits.maxTransactionMemory()) {
      return new Reply.Failure(
          "OOM the commands of a transaction may take "
              + limits.maxTransactionMemory()
              + " bytes of memory, some hundred for each besides its arguments");
    }
    return node.redirection(key).orElse(QUEUED);
  }

  static Reply notAllowed(String name) {
    return Reply.err(name + " is not allowed in a transaction, only commands on keys are");
  }
}
