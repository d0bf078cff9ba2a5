package io.tickraft.examples.kv.net;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of a node: both sides show a certificate between nodes, and only the node does to its
 * clients.
 *
 * <p>The files are read again, for a new connection or for {@link #expiry}, if one of them has
 * changed. So certificates are replaced without a restart; existing connections keep the old one.
 * Files that cannot be used are reported, and the old ones stay in use. May be used on any thread.
 */
public final class Tls {

  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  /** Nodes are of one program, so nothing older is needed between them. */
  private static final String BETWEEN_NODES = "TLSv1.3";

  /** A dead connection is closed soon, although its last record cannot be sent. */
  private static final long CLOSE_MILLIS = 200;

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Contexts(
      SslContext nodes, SslContext callers, SslContext clients, Instant expiry) {}

  private final TlsFiles files;
  private final String uri;
  private final RepeatedLines lines = new RepeatedLines(System::nanoTime);
  private Contexts contexts;
  private String version;
  private long failedAtNanos;
  private boolean failed;

  /**
   * Reads the files.
   *
   * @param uri the URI that the node's certificate must name
   * @throws IOException if a file cannot be used; the message says which and why
   */
  public Tls(TlsFiles files, String uri) throws IOException {
    this.files = files;
    this.uri = uri;
    this.version = files.version();
    this.contexts = load();
  }

  private Contexts load() throws IOException {
    Credentials credentials = Credentials.load(files, uri);
    X509Certificate[] chain = credentials.chain().toArray(X509Certificate[]::new);
    SslContext nodes =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols(BETWEEN_NODES)
            .keyManager(credentials.key(), chain)
            .trustManager(credentials.authorities())
            // A node is not identified by its host name, but by the URI of its certificate.
            .endpointIdentificationAlgorithm(null)
            .build();
    SslContext callers =
        SslContextBuilder.forServer(credentials.key(), chain)
            .sslProvider(SslProvider.JDK)
            .protocols(BETWEEN_NODES)
            .trustManager(credentials.authorities())
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    SslContext clients =
        SslContextBuilder.forServer(credentials.key(), chain).sslProvider(SslProvider.JDK).build();
    return new Contexts(
        nodes, callers, clients, credentials.certificate().getNotAfter().toInstant());
  }

  private synchronized Contexts current() {
    long now = System.nanoTime();
    String found = files.version();
    if (found.equals(version) || (failed && now - failedAtNanos < RETRY_NANOS)) {
      return contexts;
    }
    try {
      contexts = load();
      version = found;
      failed = false;
      LOG.info("certificate {}: replaced, valid until {}", uri, contexts.expiry);
    } catch (IOException e) {
      failed = true;
      failedAtNanos = now;
      if (lines.count(String.valueOf(e.getMessage())) > 0) {
        LOG.warn("certificate {}: not replaced, the old one stays: {}", uri, e.getMessage());
      }
    }
    return contexts;
  }

  /** {@return when the node's certificate expires; that of the files if they have changed} */
  public Instant expiry() {
    return current().expiry;
  }

  /** Encrypts a connection that this node opens to another node. */
  public void toNode(Channel channel, long timeoutNanos) {
    add(channel, current().nodes, timeoutNanos);
  }

  /** Encrypts a connection that another node has opened. */
  public void fromNode(Channel channel, long timeoutNanos) {
    add(channel, current().callers, timeoutNanos);
  }

  /** Encrypts the connection of a client, which need not show a certificate. */
  public void fromClient(Channel channel, long timeoutNanos) {
    add(channel, current().clients, timeoutNanos);
  }

  private static void add(Channel channel, SslContext context, long timeoutNanos) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeout(timeoutNanos, TimeUnit.NANOSECONDS);
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
    channel.pipeline().addFirst(handler);
  }

  /**
   * {@return the URIs that the certificate of the other side names; empty without a certificate}
   *
   * @param channel a connection whose TLS handshake is complete
   */
  public static List<String> names(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return List.of();
    }
    try {
      return Credentials.uris(
          (X509Certificate) handler.engine().getSession().getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  /**
   * Returns what is wrong with the TLS of a connection, as a line; empty if an exception has
   * another cause.
   *
   * @param thrown what the handlers of a channel get
   */
  public static Optional<String> problem(Throwable thrown) {
    Throwable cause = thrown instanceof DecoderException ? thrown.getCause() : thrown;
    if (cause instanceof NotSslRecordException) {
      return Optional.of("the other side does not use TLS");
    }
    return cause instanceof SSLException
        ? Optional.of("TLS: " + Printable.of(String.valueOf(cause.getMessage())))
        : Optional.empty();
  }
}
