package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import java.util.Optional;

/** What a node answers that does not lead, or cannot serve any more. */
public final class Redirection {

  /** There is nobody to go to. */
  public static final Reply NO_LEADER = new Reply.Failure("CLUSTERDOWN No leader is known");

  private Redirection() {}

  /**
   * Refuses what a node cannot do that is no member any more, and never will be again.
   *
   * @param id the node
   */
  public static Reply removed(long id) {
    return Reply.err("node " + id + " was removed from the group");
  }

  /**
   * Sends a client to the leader.
   *
   * @param key the key of its request; empty if it has none
   * @param leader where the leader serves clients, if that is known
   */
  public static Reply to(ByteString key, Optional<HostAndPort> leader) {
    return leader.isEmpty()
        ? NO_LEADER
        : new Reply.Failure(
            "MOVED " + Slots.of(key) + " " + leader.get().host() + ":" + leader.get().port());
  }
}
