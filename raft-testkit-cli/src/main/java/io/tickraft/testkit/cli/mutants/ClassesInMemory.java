package io.tickraft.testkit.cli.mutants;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;

/** Keeps compiled classes in memory. */
final class ClassesInMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {

  private final Map<String, ByteArrayOutputStream> classes = new TreeMap<>();

  ClassesInMemory(StandardJavaFileManager files) {
    super(files);
  }

  /** Returns the compiled classes by their binary names. */
  Map<String, byte[]> classes() {
    Map<String, byte[]> all = new TreeMap<>();
    classes.forEach((name, bytes) -> all.put(name, bytes.toByteArray()));
    return all;
  }

  @Override
  public JavaFileObject getJavaFileForOutput(
      JavaFileManager.Location location,
      String className,
      JavaFileObject.Kind kind,
      FileObject sibling) {
    return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
      @Override
      public OutputStream openOutputStream() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        classes.put(className, bytes);
        return bytes;
      }
    };
  }

  @Override
  public void close() {
    // The next compilation uses the same files.
  }
}
