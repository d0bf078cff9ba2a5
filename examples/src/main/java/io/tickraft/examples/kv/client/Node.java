package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Members;
import java.util.Optional;

/** The node that processes the requests of clients. Used on its event loop. */
public interface Node {

  /**
   * Replicates a command, and answers when its outcome is known.
   *
   * @param key the key that a redirection to the leader names; empty if there is none
   */
  void write(Command command, ByteString key, Answer answer);

  /**
   * {@return the refusal of a write, if this node is not the leader}
   *
   * @param key the key that a redirection names; empty if there is none
   */
  Optional<Reply> redirection(ByteString key);

  /** Answers a read, linearizably. */
  void read(Query query, Answer answer);

  /**
   * Changes the membership, and answers when the change is applied here, or has failed. A change
   * that waits is given up if its answer is {@linkplain Answer#isCancelled cancelled}.
   *
   * @param change the requested change
   */
  void change(MembershipChange change, Answer answer);

  /**
   * Transfers leadership to another node, and answers when the transfer has ended.
   *
   * @param target the node that is to lead
   */
  void transfer(long target, Answer answer);

  /** Answers with the applied index and a digest of this node's map at that index. */
  void digest(Answer answer);

  /** {@return the status of the Raft node} */
  Status status();

  /** {@return the members as of this node's applied index} */
  Members members();

  /** {@return the number of keys in this node's map} */
  long size();

  /** {@return the address at which a node serves clients; empty if it is not known yet} */
  Optional<HostAndPort> clientAddress(long id);
}
