package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import java.util.Optional;

/** The answers of a node that is not the leader, or was removed from the group. */
public final class Redirection {

  /** No leader is known to redirect to. */
  public static final Reply NO_LEADER = new Reply.Failure("CLUSTERDOWN No leader is known");

  private Redirection() {}

  /**
   * {@return the refusal of a removed node, which can never be a member again}
   *
   * @param id the node
   */
  public static Reply removed(long id) {
    return Reply.err("node " + id + " was removed from the group");
  }

  /**
   * {@return the redirection of a client to the leader}
   *
   * @param key the key of the request; empty if it has none
   * @param leader the address at which the leader serves clients; empty if it is not known
   */
  public static Reply to(ByteString key, Optional<HostAndPort> leader) {
    return leader.isEmpty()
        ? NO_LEADER
        : new Reply.Failure(
            "MOVED " + Slots.of(key) + " " + leader.get().host() + ":" + leader.get().port());
  }
}
