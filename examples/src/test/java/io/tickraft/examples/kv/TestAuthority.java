package io.tickraft.examples.kv;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.tickraft.examples.kv.net.TlsFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A certificate authority, and the certificates that it signs. */
public final class TestAuthority {

  private final X509Bundle authority;

  /** Creates an authority with a key of its own. */
  public TestAuthority() {
    authority =
        of(
            () ->
                new CertificateBuilder()
                    .subject("CN=authority")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned());
  }

  @FunctionalInterface
  private interface Making<T> {
    T make() throws Exception;
  }

  /** The makers of certificates throw any exception. */
  private static <T> T of(Making<T> making) {
    try {
      return making.make();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a certificate that names URIs. */
  public X509Bundle issue(String... uris) {
    return issue(new CertificateBuilder(), uris);
  }

  /** Returns a certificate with what a builder has already. */
  public X509Bundle issue(CertificateBuilder builder, String... uris) {
    return of(
        () -> {
          CertificateBuilder named = builder.subject("CN=node");
          for (String uri : uris) {
            named = named.addSanUriName(uri);
          }
          return named
              .addSanDnsName("localhost")
              .addSanIpAddress("127.0.0.1")
              .buildIssuedBy(authority);
        });
  }

  /** The certificate of the authority, in PEM form. */
  public String pem() {
    return authority.getCertificatePEM();
  }

  /** Writes a certificate, its key, and that of the authority, to a directory. */
  public TlsFiles write(Path dir, X509Bundle certificate) throws IOException {
    Files.createDirectories(dir);
    return new TlsFiles(
        Files.writeString(dir.resolve("cert.pem"), certificate.getCertificatePathPEM()),
        Files.writeString(dir.resolve("key.pem"), certificate.getPrivateKeyPEM()),
        Files.writeString(dir.resolve("ca.pem"), pem()));
  }

  /** Has a node with a certificate of its own use TLS, for its peers, and for clients if wanted. */
  NodeSettings.Security security(Path dir, int id, boolean forClients) {
    return of(
        () -> {
          TlsFiles files = write(dir.resolve("tls-" + id), issue("tickraft:test/1/" + id));
          return new NodeSettings.Security(Optional.of(files), forClients, false);
        });
  }

  /** Writes the certificate of the authority to a store for clients, with a password. */
  Path writeStore(Path file, String password) {
    return of(
        () -> {
          KeyStore store = KeyStore.getInstance("PKCS12");
          store.load(null, null);
          store.setCertificateEntry("authority", authority.getCertificate());
          try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
          }
          return file;
        });
  }

  /** Returns the TLS of someone with a certificate, who trusts this authority. */
  public SSLContext context(X509Bundle certificate) {
    return of(
        () -> {
          SSLContext context = SSLContext.getInstance("TLSv1.3");
          context.init(
              certificate.toKeyManagerFactory().getKeyManagers(),
              authority.toTrustManagerFactory().getTrustManagers(),
              null);
          return context;
        });
  }
}
