package io.tickraft.examples.kv.peer;

import io.netty.channel.Channel;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Printable;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.examples.kv.store.Identity;
import java.util.Optional;

/**
 * The identity and the addresses of a node, for its peers.
 *
 * @param me the node
 * @param here the address at which the node listens for its peers
 * @param clientPort the port at which the node serves clients; sent to the peers
 * @param silenceNanos the time in nanoseconds, about an election timeout, after which a connection
 *     on which nothing comes is closed; also the limit for opening one
 * @param tls the TLS of connections between nodes; empty for none
 */
public record PeerSettings(
    Identity me, HostAndPort here, int clientPort, long silenceNanos, Optional<Tls> tls) {

  /**
   * Checks that the certificate of the other side of a connection is that of a node.
   *
   * @throws RefusedException if the connection has TLS, and another certificate
   */
  void checkCertificate(Channel channel, Identity node) throws RefusedException {
    if (tls.isPresent() && !Tls.names(channel).contains(node.uri())) {
      throw new RefusedException(
          Kind.CERTIFICATE,
          "the certificate is for "
              + Printable.of(String.valueOf(Tls.names(channel)))
              + ", not for "
              + node.uri());
    }
  }
}
