package io.tickraft.examples.kv.client;

import io.tickraft.core.PeerStatus;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.command.Integers;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The commands with which an administrator inspects and changes the Raft group. */
final class RaftCommands {

  /** The limit of the time that RAFT.PROMOTE waits: a day. */
  private static final long MAX_WAIT_MILLIS = 86_400_000;

  private final Node node;

  RaftCommands(Node node) {
    this.node = node;
  }

  List<CommandSpec> specs() {
    return List.of(
        admin("RAFT.ADDNODE", -3, (request, answer) -> add(request, true, answer)),
        admin("RAFT.ADDLEARNER", 3, (request, answer) -> add(request, false, answer)),
        admin("RAFT.PROMOTE", -2, this::promote),
        admin("RAFT.REMOVENODE", -2, this::remove),
        admin("RAFT.TRANSFER", 2, (request, answer) -> node.transfer(id(request), answer)),
        CommandSpec.of("RAFT.STATUS", 1, (request, session) -> new Reply.Text(status(node))));
  }

  @FunctionalInterface
  private interface Order {
    void run(Request request, Answer answer);
  }

  /** The order throws an IllegalArgumentException that names a wrong argument. */
  private static CommandSpec admin(String name, int arity, Order order) {
    return new CommandSpec(
        name,
        arity,
        List.of("admin"),
        0,
        0,
        0,
        (request, session) ->
            new Action.Call(
                CommandSpec.Access.NONE,
                answer -> {
                  answer.cancelWhen(session::isClosed);
                  try {
                    order.run(request, answer);
                  } catch (IllegalArgumentException e) {
                    answer.complete(Reply.err(String.valueOf(e.getMessage())));
                  }
                }));
  }

  private void add(Request request, boolean votes, Answer answer) {
    long id = id(request);
    HostAndPort address;
    try {
      address = HostAndPort.parse(request.text(2));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("address: " + e.getMessage(), e);
    }
    MembershipChange add = new MembershipChange.Add(id, address, votes);
    node.change(forced(add, request, 3, "an id and an address"), answer);
  }

  private void remove(Request request, Answer answer) {
    MembershipChange remove = new MembershipChange.Remove(id(request));
    node.change(forced(remove, request, 2, "an id"), answer);
  }

  /** Returns the change as it is asked for: FORCE may be the last word, at an index. */
  private static MembershipChange forced(
      MembershipChange change, Request request, int at, String arguments) {
    if (request.count() == at) {
      return change;
    }
    if (request.count() != at + 1 || !request.word(at).equals("FORCE")) {
      throw new IllegalArgumentException(
          request.word(0) + " takes " + arguments + ", and may take FORCE");
    }
    return new MembershipChange.Forced(change);
  }

  private void promote(Request request, Answer answer) {
    long id = id(request);
    long waitMillis = 0;
    if (request.count() > 2) {
      if (request.count() != 4 || !request.word(2).equals("WAIT")) {
        throw new IllegalArgumentException("RAFT.PROMOTE takes an id, and may take WAIT ms");
      }
      waitMillis = number("WAIT", request, 3, MAX_WAIT_MILLIS);
    }
    node.change(new MembershipChange.Promote(id, waitMillis), answer);
  }

  private static long id(Request request) {
    return number("id", request, 1, Long.MAX_VALUE);
  }

  private static long number(String what, Request request, int i, long max) {
    OptionalLong number = Integers.parse(request.arg(i));
    if (number.isEmpty() || number.getAsLong() < 1 || number.getAsLong() > max) {
      throw new IllegalArgumentException(
          what + ": not a number from 1 to " + max + ": " + CommandTable.quoted(request, i));
    }
    return number.getAsLong();
  }

  // Status.

  /** {@return the node's role and indexes, the members, and on the leader the progress of each} */
  static String status(Node node) {
    Status status = node.status();
    ConfState configuration = status.confState();
    StringBuilder text =
        new StringBuilder()
            .append(line("id", status.id()))
            .append(line("role", lower(status.role())))
            .append(line("removed", node.members().removed().contains(status.id())))
            .append(line("term", status.term()))
            .append(line("vote", status.vote()))
            .append(line("leader", status.leader()))
            .append(line("transfer_target", status.transferTarget()))
            .append(line("first_index", status.firstIndex()))
            .append(line("last_index", status.last().index()))
            .append(line("last_term", status.last().term()))
            .append(line("persisted_index", status.persistedIndex()))
            .append(line("commit_index", status.commitIndex()))
            .append(line("applied_index", status.appliedIndex()))
            .append(line("lost_up_to", status.lostUpTo()))
            .append(line("pending_change", status.pendingChangeIndex()))
            .append(line("voters", configuration.getVotersList()))
            .append(line("learners", configuration.getLearnersList()))
            .append(line("voters_outgoing", configuration.getVotersOutgoingList()))
            .append(line("learners_next", configuration.getLearnersNextList()));
    for (long id : Members.ids(configuration)) {
      text.append(line("node" + id, addresses(node, id)));
    }
    for (PeerStatus peer : status.peers()) {
      text.append(line("peer" + peer.id(), progress(peer)));
    }
    return text.toString();
  }

  private static String addresses(Node node, long id) {
    Map<Long, HostAndPort> addresses = node.members().addresses();
    return "peers="
        + (addresses.containsKey(id) ? addresses.get(id) : "?")
        + ",clients="
        + node.clientAddress(id).map(HostAndPort::toString).orElse("?");
  }

  private static String progress(PeerStatus peer) {
    return "state="
        + lower(peer.state())
        + ",match="
        + peer.matchIndex()
        + ",next="
        + peer.nextIndex()
        + ",inflight="
        + peer.inflightAppends()
        + ",snapshot="
        + peer.snapshotIndex()
        + ",ticks_since_heard="
        + peer.ticksSinceHeard();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String line(String name, Object value) {
    return name + ":" + value + "\r\n";
  }
}
