package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import java.util.Optional;

/** The node behind the connections of clients. Belongs to its event loop. */
public interface Node {

  /**
   * Replicates a command, and answers when its outcome is known.
   *
   * @param key by which a cluster client would find the leader; empty if there is none
   */
  void write(Command command, ByteString key, Answer answer);

  /** Answers a read when it is sure to see all that was acknowledged to anyone before. */
  void read(Query query, Answer answer);

  /**
   * Changes the membership, and answers when the change is applied here, or why it is not.
   *
   * @param change what is wanted
   */
  void change(MembershipChange change, Answer answer);

  /**
   * Hands leadership to another node, and answers when that has ended.
   *
   * @param target who is to lead
   */
  void transfer(long target, Answer answer);

  /** Answers with the applied index and a digest of all that this node has applied. */
  void digest(Answer answer);

  /** Returns what the Raft node knows. */
  Status status();

  /** Returns who is in the group and where, as far as this node has applied. */
  Members members();

  /** Returns how many keys this node has. */
  long size();

  /** Returns where a node of the cluster serves clients; empty if that is not known yet. */
  Optional<HostAndPort> clientAddress(long id);
}
