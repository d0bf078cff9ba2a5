package io.tickraft.examples.kv.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.tickraft.examples.kv.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Which files a node takes for its TLS, and what it says of others. */
class TlsTest {

  private static final String URI = "tickraft:kv/1/1";
  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static final X509Bundle CERTIFICATE = AUTHORITY.issue(URI);

  @TempDir Path dir;
  private TlsFiles files;

  @BeforeEach
  void write() throws IOException {
    files = AUTHORITY.write(dir, CERTIFICATE);
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> new Tls(files, URI))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(why.replace("DIR", dir.toString()))
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
  void certificatesWithUsualKeysAreTaken(Algorithm algorithm) throws IOException {
    X509Bundle certificate =
        AUTHORITY.issue(new CertificateBuilder().algorithm(algorithm), "tickraft:kv/1/2", URI);
    Tls tls = new Tls(AUTHORITY.write(dir, certificate), URI);
    assertThat(tls.expiry()).isEqualTo(certificate.getCertificate().getNotAfter().toInstant());
  }

  @Test
  void textBesideTheCertificateIsBorne() throws IOException {
    Files.writeString(
        files.certificate(), "subject=/CN=node\r\n" + Files.readString(files.certificate()));
    assertThat(new Tls(files, URI).expiry()).isAfter(Instant.now());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(files.authorities());
    assertRefused("--tls-ca: no such file: DIR/ca.pem");
    Files.delete(files.key());
    Files.delete(files.certificate());
    assertRefused("--tls-cert: no such file: DIR/cert.pem");
    Files.createDirectory(files.certificate());
    assertRefused("--tls-cert: cannot read DIR/cert.pem: ");
  }

  @Test
  void aFileThatIsNotInPemFormIsNamed() throws IOException {
    Files.write(
        files.certificate(), CERTIFICATE.getCertificate().getSubjectX500Principal().getEncoded());
    assertRefused("--tls-cert: DIR/cert.pem has no certificate in PEM form");
    AUTHORITY.write(dir, CERTIFICATE);
    Files.writeString(files.key(), "secret");
    assertRefused("--tls-key: DIR/key.pem has no private key in PEM form");
    Files.copy(files.certificate(), files.key(), StandardCopyOption.REPLACE_EXISTING);
    assertRefused("--tls-key: DIR/key.pem has no private key in PEM form");
    AUTHORITY.write(dir, CERTIFICATE);
    Files.writeString(files.authorities(), "");
    assertRefused("--tls-ca: DIR/ca.pem has no certificate in PEM form");
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Files.writeString(files.certificate(), block("CERTIFICATE", "damaged"));
    assertRefused("--tls-cert: DIR/cert.pem has a damaged certificate");
    AUTHORITY.write(dir, CERTIFICATE);
    Files.writeString(files.key(), block("PRIVATE KEY", "damaged"));
    assertRefused("--tls-key: DIR/key.pem is damaged, or not the EC key of the certificate");
  }

  private static String block(String type, String content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            type,
            Base64.getMimeEncoder().encodeToString(content.getBytes(StandardCharsets.US_ASCII)),
            type);
  }

  @Test
  void aKeyOfAnotherCertificateIsNoticed() throws IOException {
    Files.writeString(files.key(), AUTHORITY.issue(URI).getPrivateKeyPEM());
    assertRefused("--tls-key: DIR/key.pem is not the key of the certificate in DIR/cert.pem");
    Files.writeString(
        files.key(), AUTHORITY.issue(new CertificateBuilder().rsa2048(), URI).getPrivateKeyPEM());
    assertRefused("--tls-key: DIR/key.pem is damaged, or not the EC key of the certificate");
  }

  @Test
  void anEncryptedKeyIsRefusedWithAdvice() throws IOException {
    String why = "--tls-key: DIR/key.pem is encrypted, and a node has nobody to ask for a password";
    Files.writeString(files.key(), block("ENCRYPTED PRIVATE KEY", "secret"));
    assertRefused(why);
    Files.writeString(
        files.key(),
        """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,0123

        c2VjcmV0
        -----END EC PRIVATE KEY-----
        """);
    assertRefused(why);
  }

  @Test
  void aKeyInAnOldFormIsRefusedWithAdvice() throws IOException {
    Files.writeString(files.key(), block("EC PRIVATE KEY", "old"));
    assertRefused(
        "--tls-key: DIR/key.pem is not in PKCS#8 form: convert it with"
            + " 'openssl pkcs8 -topk8 -nocrypt'");
  }

  private static CertificateBuilder valid(Duration from, Duration until) {
    Instant now = Instant.now();
    return new CertificateBuilder().notBefore(now.plus(from)).notAfter(now.plus(until));
  }

  @Test
  void aCertificateThatIsNotValidNowIsRefused() throws IOException {
    AUTHORITY.write(dir, AUTHORITY.issue(valid(Duration.ofDays(-2), Duration.ofDays(-1)), URI));
    assertRefused("--tls-cert: the certificate in DIR/cert.pem has expired at ");
    AUTHORITY.write(dir, AUTHORITY.issue(valid(Duration.ofDays(1), Duration.ofDays(2)), URI));
    assertRefused("--tls-cert: the certificate in DIR/cert.pem is not valid before ");
  }

  @Test
  void anExpiredAuthorityIsRefused() throws Exception {
    X509Bundle old =
        valid(Duration.ofDays(-2), Duration.ofDays(-1))
            .subject("CN=old")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(files.authorities(), old.getCertificatePEM());
    assertRefused("--tls-ca: all certificates in DIR/ca.pem have expired");
    // While an authority is replaced, there are two.
    Files.writeString(files.authorities(), old.getCertificatePEM() + "\n" + AUTHORITY.pem());
    assertThat(new Tls(files, URI).expiry()).isAfter(Instant.now());
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws IOException {
    Files.writeString(files.authorities(), new TestAuthority().pem());
    assertRefused("--tls-cert: the certificate in DIR/cert.pem is not signed by one of --tls-ca: ");
  }

  @Test
  void aCertificateThatMaySignOthersIsRefused() throws IOException {
    AUTHORITY.write(
        dir, AUTHORITY.issue(new CertificateBuilder().setIsCertificateAuthority(true), URI));
    assertRefused("--tls-cert: the certificate in DIR/cert.pem may sign others");
  }

  @Test
  void aCertificateOfAnotherNodeIsRefused() throws IOException {
    AUTHORITY.write(dir, AUTHORITY.issue("tickraft:kv/1/2"));
    assertRefused(
        "--tls-cert: the certificate in DIR/cert.pem does not name this node: its subjectAltName"
            + " must have URI:tickraft:kv/1/1, and has [tickraft:kv/1/2]");
    AUTHORITY.write(dir, AUTHORITY.issue());
    assertRefused(
        "--tls-cert: the certificate in DIR/cert.pem does not name this node: its subjectAltName"
            + " must have URI:tickraft:kv/1/1, and has []");
  }

  @Test
  void newFilesAreUsedAndUnusableOnesAreNot() throws Exception {
    Tls tls = new Tls(files, URI);
    Instant before = tls.expiry();
    X509Bundle next = AUTHORITY.issue(valid(Duration.ofDays(-1), Duration.ofDays(9)), URI);
    Files.writeString(files.certificate(), next.getCertificatePathPEM());
    assertThat(tls.expiry()).as("the key is not there yet").isEqualTo(before);
    Files.writeString(files.key(), next.getPrivateKeyPEM());
    while (tls.expiry().equals(before)) { // It tries once a second.
      Thread.sleep(20);
    }
    assertThat(tls.expiry()).isEqualTo(next.getCertificate().getNotAfter().toInstant());
    Files.delete(files.key());
    assertThat(tls.expiry()).isEqualTo(next.getCertificate().getNotAfter().toInstant());
  }

  @Test
  void eachReasonWhyNewFilesCannotBeUsedIsALine() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(Tls.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      Tls tls = new Tls(files, URI);
      Files.writeString(files.key(), "secret");
      awaitLine(tls, lines, files.key() + " has no private key in PEM form");
      Files.delete(files.key());
      awaitLine(tls, lines, "no such file: " + files.key());
    } finally {
      logger.detachAppender(lines);
    }
  }

  /** Connections are opened until the files are read again. */
  private static void awaitLine(Tls tls, ListAppender<ILoggingEvent> lines, String end)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (lines.list.stream().noneMatch(line -> line.getFormattedMessage().endsWith(end))) {
      assertThat(System.nanoTime()).as(end).isLessThan(deadline);
      Thread.sleep(20);
      assertThat(tls.expiry()).isAfter(Instant.now());
    }
  }
}
