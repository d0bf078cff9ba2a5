package io.tickraft.testkit.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Which build this is. */
final class Version implements IVersionProvider {

  /** {@return the version of the product; "unpackaged" outside of a jar} */
  static String ofProduct() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "Tickraft " + ofProduct() + ", Java " + Runtime.version(),
    };
  }
}
