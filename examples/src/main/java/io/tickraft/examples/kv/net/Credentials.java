package io.tickraft.examples.kv.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the {@link TlsFiles} contain, checked: a node that starts with wrong files says so at once,
 * and not when its first peer calls.
 *
 * @param chain the node's certificate, and those between it and an authority
 * @param key its private key
 * @param authorities the certificates that sign those of all nodes
 */
record Credentials(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {

  private static final String CERTIFICATE = "--tls-cert";
  private static final String KEY = "--tls-key";
  private static final String AUTHORITIES = "--tls-ca";

  /** The type of a URI among the alternative names of a certificate. */
  private static final int URI = 6;

  X509Certificate certificate() {
    return chain.get(0);
  }

  /**
   * Reads the files.
   *
   * @param uri the URI that the certificate must name
   * @throws IOException if a file cannot be used; the message says which and why
   */
  static Credentials load(TlsFiles files, String uri) throws IOException {
    List<X509Certificate> chain = Pem.certificates(CERTIFICATE, files.certificate());
    List<X509Certificate> authorities = Pem.certificates(AUTHORITIES, files.authorities());
    X509Certificate certificate = chain.get(0);
    String name = CERTIFICATE + ": the certificate in " + files.certificate();
    checkTime(name, certificate);
    PublicKey publicKey = certificate.getPublicKey();
    PrivateKey key = Pem.key(KEY, files.key(), publicKey.getAlgorithm());
    check(
        fit(key, publicKey),
        KEY + ": " + files.key() + " is not the key of the certificate in " + files.certificate());
    List<X509Certificate> valid = authorities.stream().filter(Credentials::isValid).toList();
    check(
        !valid.isEmpty(),
        AUTHORITIES + ": all certificates in " + files.authorities() + " have expired");
    checkSigned(name, chain, valid);
    check(
        certificate.getBasicConstraints() < 0,
        name
            + " may sign others, so that this node could speak for all of them: create it with"
            + " basicConstraints=CA:FALSE");
    check(
        uris(certificate).contains(uri),
        name
            + " does not name this node: its subjectAltName must have URI:"
            + uri
            + ", and has "
            + uris(certificate));
    return new Credentials(chain, key, valid);
  }

  private static void check(boolean holds, String problem) throws IOException {
    if (!holds) {
      throw new IOException(problem);
    }
  }

  private static void checkTime(String name, X509Certificate certificate) throws IOException {
    Instant now = Instant.now();
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    check(!now.isAfter(until), name + " has expired at " + until);
    check(!now.isBefore(from), name + " is not valid before " + from);
  }

  private static boolean isValid(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().isAfter(Instant.now());
  }

  /** Returns whether what a key signs is verified by the other. */
  private static boolean fit(PrivateKey key, PublicKey publicKey) throws IOException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      byte[] text = "text".getBytes(StandardCharsets.US_ASCII);
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(publicKey);
      verifying.update(text);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IOException(KEY + ": a key of this kind cannot be used: " + e.getMessage(), e);
    }
  }

  private static void checkSigned(
      String name, List<X509Certificate> chain, List<X509Certificate> authorities)
      throws IOException {
    Set<TrustAnchor> anchors = new HashSet<>();
    authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    } catch (CertPathValidatorException e) {
      throw new IOException(
          name + " is not signed by one of " + AUTHORITIES + ": " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException(name + " cannot be checked: " + e.getMessage(), e);
    }
  }

  /** {@return the URIs that a certificate names} */
  static List<String> uris(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(URI))
              .map(name -> String.valueOf(name.get(1)))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
