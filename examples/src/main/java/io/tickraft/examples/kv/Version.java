package io.tickraft.examples.kv;

import io.tickraft.examples.kv.store.RocksLibrary;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: what a report of a fault should say. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "tickraft kv " + own(),
      "Java "
          + System.getProperty("java.version")
          + " ("
          + System.getProperty("java.vendor")
          + "), "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch"),
      "RocksDB " + RocksLibrary.version() + ", Netty " + netty()
    };
  }

  /** {@return the version of this server} It is in the manifest of kv.jar. */
  static String own() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(built without kv.jar)" : version;
  }

  private static String netty() {
    io.netty.util.Version version = io.netty.util.Version.identify().get("netty-common");
    return version == null ? "(unknown)" : version.artifactVersion();
  }
}
