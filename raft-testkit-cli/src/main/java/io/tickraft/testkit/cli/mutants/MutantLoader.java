package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.mutants.inside.FuzzCampaign;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Loads a mutant's core, and the testkit once more, so that a simulation uses that core. Everything
 * else, such as protobuf, is shared with the rest of the program.
 */
final class MutantLoader extends ClassLoader {

  private static final String INSIDE = FuzzCampaign.class.getPackageName() + ".";

  private final ClassLoader parent;

  /** The classes of the core by their binary names. */
  private final Map<String, byte[]> core;

  private MutantLoader(Map<String, byte[]> core, ClassLoader parent) {
    super(parent);
    this.parent = parent;
    this.core = core;
  }

  /**
   * Returns a campaign against a core.
   *
   * @param type the kind of campaign, in the package of {@link FuzzCampaign}
   * @param core the classes of the core by their binary names
   * @return the campaign
   */
  static Campaign campaign(Class<? extends Campaign> type, Map<String, byte[]> core) {
    MutantLoader loader = new MutantLoader(core, MutantLoader.class.getClassLoader());
    try {
      return (Campaign) loader.loadClass(type.getName()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!isLoadedAnew(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private static boolean isLoadedAnew(String name) {
    return name.startsWith("io.tickraft.core.")
        || name.startsWith(INSIDE)
        || (name.startsWith("io.tickraft.testkit.")
            && !name.startsWith("io.tickraft.testkit.cli."));
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] changed = core.get(name);
    byte[] bytes = changed == null ? read(name) : changed;
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] read(String name) throws ClassNotFoundException {
    try (InputStream bytes = parent.getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
