package io.tickraft.examples.kv.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a node's TLS, all in PEM form.
 *
 * @param certificate the node's certificate, and after it those between it and one in {@code
 *     authorities}: {@code --tls-cert}
 * @param key the private key of the certificate, in PKCS#8 form, not encrypted: {@code --tls-key}
 * @param authorities the certificates that sign those of all nodes: {@code --tls-ca}
 */
public record TlsFiles(Path certificate, Path key, Path authorities) {

  /**
   * Checks that a node can use the files.
   *
   * @param uri the URI that the node's certificate must name
   * @throws IOException if a file cannot be used; the message says which and why
   */
  public void check(String uri) throws IOException {
    Credentials.load(this, uri);
  }

  /** {@return a text that changes when one of the files changes} */
  String version() {
    StringBuilder version = new StringBuilder();
    for (Path file : List.of(certificate, key, authorities)) {
      try {
        version.append(Files.getLastModifiedTime(file)).append(' ').append(Files.size(file));
      } catch (IOException e) {
        version.append("missing");
      }
      version.append(';');
    }
    return version.toString();
  }
}
