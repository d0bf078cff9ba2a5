package io.tickraft.testkit.picture;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.LogId;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.testkit.text.StepText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The requests of the clients of a run. A command has ended when the node that it was proposed to
 * applies its entry, or another entry at its index; a read and a transfer, when the node reports
 * the outcome. A crash of the node ends its open requests: nobody is told how they end.
 */
final class ClientOperations {

  /** How many commands of a batch are shown. */
  private static final int MAX_COMMANDS = 4;

  /** An open request, and what tells its end. */
  private static final class Open {
    final ClientOperation operation;
    long term;
    long index;
    Optional<ByteString> data = Optional.empty();
    Optional<ByteString> context = Optional.empty();

    /** The request that carries a forwarded proposal. */
    Optional<RequestId> forwarded = Optional.empty();

    Open(ClientOperation operation) {
      this.operation = operation;
    }
  }

  private final List<ClientOperation> all = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private Optional<List<ByteString>> proposing = Optional.empty();

  /** Returns all requests, in the order of their beginnings. */
  List<ClientOperation> all() {
    return all;
  }

  /** Forgets the requests that have begun before a step. */
  void forgetBefore(int step) {
    all.removeIf(operation -> operation.begin < step);
    open.removeIf(request -> request.operation.begin < step);
  }

  private ClientOperation begin(String kind, long node, String text, int step) {
    ClientOperation operation = new ClientOperation(kind, node, text, step);
    all.add(operation);
    return operation;
  }

  private Open await(ClientOperation operation) {
    Open request = new Open(operation);
    open.add(request);
    return request;
  }

  void proposing(List<ByteString> commands) {
    proposing = Optional.of(commands);
  }

  void proposed(long node, ProposeResult result, int step) {
    List<ByteString> commands = proposing.orElse(List.of());
    proposing = Optional.empty();
    ClientOperation operation = begin("write", node, words(commands), step);
    if (result instanceof ProposeResult.Accepted accepted) {
      Open request = await(operation);
      request.term = accepted.term();
      request.index = accepted.firstIndex() + Math.max(0, commands.size() - 1);
    } else if (result instanceof ProposeResult.Forwarded && !commands.isEmpty()) {
      await(operation).data = Optional.of(commands.get(commands.size() - 1));
    } else {
      operation.end(step, StepText.of(result), false);
    }
  }

  /** Returns the first commands of a batch in words. */
  static String words(List<ByteString> commands) {
    return commands.stream().limit(MAX_COMMANDS).map(RaftText::of).collect(Collectors.joining(", "))
        + (commands.size() > MAX_COMMANDS ? ", …" : "");
  }

  void changeProposed(long node, ConfChange change, ConfChangeResult result, int step) {
    ClientOperation operation = begin("change", node, RaftText.of(change), step);
    if (result instanceof ConfChangeResult.Accepted accepted) {
      Open request = await(operation);
      request.term = accepted.term();
      request.index = accepted.index();
    } else {
      operation.end(step, StepText.of(result), false);
    }
  }

  void readRequested(long node, ByteString context, ReadResult result, int step) {
    ClientOperation operation = begin("read", node, RaftText.of(context), step);
    if (result instanceof ReadResult.Rejected) {
      operation.end(step, StepText.of(result), false);
    } else {
      await(operation).context = Optional.of(context);
    }
  }

  void transferRequested(long node, long target, TransferResult result, int step) {
    ClientOperation operation = begin("transfer", node, "to " + target, step);
    if (result instanceof TransferResult.Rejected) {
      operation.end(step, StepText.of(result), false);
    } else {
      await(operation);
    }
  }

  void applied(long node, Entry entry, int step) {
    for (Open request : open) {
      ClientOperation operation = request.operation;
      if (operation.node != node || !operation.isOpen()) {
        continue;
      }
      if (request.index > 0 && request.index == entry.getIndex()) {
        boolean isIts = request.term == entry.getTerm();
        operation.end(
            step,
            isIts
                ? "applied at " + RaftText.of(new LogId(entry.getTerm(), entry.getIndex()))
                : "lost: " + RaftText.of(entry) + " is at its index",
            isIts);
      } else if (request.data.filter(entry.getData()::equals).isPresent()) {
        operation.end(
            step, "applied at " + RaftText.of(new LogId(entry.getTerm(), entry.getIndex())), true);
      }
    }
    forgetEnded();
  }

  /** A node sends or receives a message, which may be about a proposal that it has forwarded. */
  void carried(long node, Message message, int step) {
    for (Open request : open) {
      ClientOperation operation = request.operation;
      if (operation.node != node || !operation.isOpen() || request.data.isEmpty()) {
        continue;
      }
      if (message.hasPropose() && request.forwarded.isEmpty() && operation.begin == step) {
        request.forwarded = Optional.of(message.getPropose().getRequest());
      } else if (message.hasProposeResponse()
          && message.getProposeResponse().hasRejected()
          && request
              .forwarded
              .filter(message.getProposeResponse().getRequest()::equals)
              .isPresent()) {
        operation.end(step, RaftText.of(message), false);
      }
    }
    forgetEnded();
  }

  void ended(long node, ReadState read, int step) {
    for (Open request : open) {
      if (request.operation.node == node
          && request.operation.isOpen()
          && request.context.filter(read.context()::equals).isPresent()) {
        request.operation.end(step, RaftText.of(read), read instanceof ReadState.Confirmed);
        break;
      }
    }
    forgetEnded();
  }

  void ended(long node, Outcome outcome, int step) {
    if (outcome instanceof Outcome.ChangeImpossible) {
      return; // Its entry is applied all the same.
    }
    for (Open request : open) {
      if (request.operation.node == node
          && request.operation.isOpen()
          && request.operation.kind.equals("transfer")) {
        boolean isDone =
            outcome instanceof Outcome.TransferEnded transfer
                && transfer.leader() == transfer.target();
        request.operation.end(step, RaftText.of(outcome), isDone);
        break;
      }
    }
    forgetEnded();
  }

  void crashed(long node, int step) {
    for (Open request : open) {
      if (request.operation.node == node && request.operation.isOpen()) {
        request.operation.end(step, "nobody is told: the node has crashed", false);
      }
    }
    forgetEnded();
  }

  private void forgetEnded() {
    open.removeIf(request -> !request.operation.isOpen());
  }
}
