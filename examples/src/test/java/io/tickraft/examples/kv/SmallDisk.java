package io.tickraft.examples.kv;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small file system in memory that a test can fill. Only on Linux, and only for its root. */
final class SmallDisk implements AutoCloseable {

  private static final int BLOCK_BYTES = 4_096;

  private final Path dir;
  private final boolean mounted;

  private SmallDisk(Path dir, boolean mounted) {
    this.dir = dir;
    this.mounted = mounted;
  }

  /** Mounts one at an empty directory, if the system allows it. */
  static SmallDisk mount(Path dir, int megabytes) {
    String size = "size=" + megabytes + "m";
    return new SmallDisk(
        dir, succeeds("mount", "-t", "tmpfs", "-o", size, "tmpfs", dir.toString()));
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // There is no such command.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  boolean isMounted() {
    return mounted;
  }

  /** Fills it, until not a block is left. */
  void fill() throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (dir.toFile().getUsableSpace() >= BLOCK_BYTES) {
        throw e;
      }
    }
  }

  /** Takes away what {@link #fill} has written. */
  void free() throws IOException {
    Files.delete(ballast());
  }

  /**
   * Has the system refuse all writes, or allow them again; nobody may have a file open to write.
   */
  void setReadOnly(boolean readOnly) {
    String option = readOnly ? "remount,ro" : "remount,rw";
    if (!succeeds("mount", "-o", option, dir.toString())) {
      throw new AssertionError("cannot " + option + " " + dir);
    }
  }

  private Path ballast() {
    return dir.resolve("ballast");
  }

  /** Takes it away, once nobody uses it any more. */
  @Override
  public void close() {
    if (mounted && !succeeds("umount", "--lazy", dir.toString())) {
      throw new AssertionError("cannot unmount " + dir);
    }
  }
}
