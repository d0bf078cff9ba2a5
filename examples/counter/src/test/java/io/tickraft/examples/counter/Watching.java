package io.tickraft.examples.counter;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * Loads the example with a watched node in the place of its Raft node.
 *
 * <p>A host that is to be watched calls its node through an interface of its own. The example has
 * none, so that it is short. Instead, the name of the class is replaced in its class files, by one
 * that is as long: nothing else changes in them.
 */
final class Watching extends ClassLoader {

  private static final String EXAMPLE = CounterNode.class.getPackageName() + ".";

  Watching() {
    super(Watching.class.getClassLoader());
  }

  /** Creates an object of a class of this package, by its only constructor. */
  static <T> T create(Class<T> type, String name, Object... arguments) {
    try {
      Constructor<?> constructor =
          new Watching().loadClass(EXAMPLE + name).getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      return type.cast(constructor.newInstance(arguments));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null || !name.startsWith(EXAMPLE)) {
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
      byte[] bytes = watched(name);
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private byte[] watched(String name) throws ClassNotFoundException {
    try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
      String bytes = new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
      return bytes
          .replace("io/tickraft/core/RawNode", "io/tickraft/test/RawNode")
          .getBytes(StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
