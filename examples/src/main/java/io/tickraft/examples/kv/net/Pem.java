package io.tickraft.examples.kv.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and keys in PEM form. Each exception names the option and the file, and says
 * what to do.
 */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private record Block(String type, String body) {

    /** Legacy forms have headers, with colons, before the bytes. */
    boolean isEncrypted() {
      return type.startsWith("ENCRYPTED") || body.contains("ENCRYPTED");
    }

    byte[] bytes() {
      return Base64.getMimeDecoder().decode(body);
    }
  }

  private Pem() {}

  private static List<Block> blocks(String option, Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException(option + ": no such file: " + file, e);
    } catch (IOException e) {
      throw new IOException(option + ": cannot read " + file + ": " + e, e);
    }
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /** Returns the certificates of a file, at least one. */
  static List<X509Certificate> certificates(String option, Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(option, file)) {
        if (block.type.equals("CERTIFICATE")) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
        }
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw new IOException(option + ": " + file + " has a damaged certificate", e);
    }
    if (certificates.isEmpty()) {
      throw new IOException(option + ": " + file + " has no certificate in PEM form");
    }
    return certificates;
  }

  /**
   * Returns the private key of a file.
   *
   * @param algorithm the algorithm of its public key
   */
  static PrivateKey key(String option, Path file, String algorithm) throws IOException {
    for (Block block : blocks(option, file)) {
      if (!block.type.endsWith("PRIVATE KEY")) {
        continue;
      }
      if (block.isEncrypted()) {
        throw new IOException(
            option
                + ": "
                + file
                + " is encrypted, and a node has nobody to ask for a password: decrypt it with"
                + " 'openssl pkey', and let only the user of the node read the result");
      }
      if (!block.type.equals("PRIVATE KEY")) {
        throw new IOException(
            option
                + ": "
                + file
                + " is not in PKCS#8 form: convert it with 'openssl pkcs8 -topk8 -nocrypt'");
      }
      return key(option, file, algorithm, block);
    }
    throw new IOException(option + ": " + file + " has no private key in PEM form");
  }

  private static PrivateKey key(String option, Path file, String algorithm, Block block)
      throws IOException {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new IOException(
          option + ": " + file + " is damaged, or not the " + algorithm + " key of the certificate",
          e);
    } catch (GeneralSecurityException e) {
      throw new IOException(option + ": " + file + " cannot be used: " + e.getMessage(), e);
    }
  }
}
