package io.tickraft.testkit.cli.mutants;

import java.net.URI;
import javax.tools.FileObject;
import javax.tools.SimpleJavaFileObject;

/** A source file that is in memory only. */
final class TextSource extends SimpleJavaFileObject {

  private final String text;

  /**
   * Creates a source file.
   *
   * @param file the name of the file, from the directory of the sources
   * @param text the text
   */
  TextSource(String file, String text) {
    super(URI.create("memory:///" + file), Kind.SOURCE);
    this.text = text;
  }

  /** Returns the name of the file, which the compiler may have wrapped. */
  static String file(FileObject source) {
    return source.getName().substring(1);
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
