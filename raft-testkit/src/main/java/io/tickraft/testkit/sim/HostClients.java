package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import java.util.function.UnaryOperator;

/** Receives what {@linkplain Host hosts of the user's} answer to their clients. */
public interface HostClients {

  /**
   * A host replies to a command. Possibly no client has proposed the command to this host.
   *
   * @param node the host's node
   * @param entry the entry of the command
   * @param reply the reply
   */
  void replied(long node, Entry entry, Object reply);

  /**
   * A host can answer a read. Possibly no client waits for the answer.
   *
   * @param node the host's node
   * @param readContext the context of the read
   * @param host answers a query: {@link Host#answer}
   */
  void answers(long node, ByteString readContext, UnaryOperator<Object> host);
}
