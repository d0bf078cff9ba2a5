package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.cli.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Text files in UTF-8. What is wrong with one is a {@link UsageException} that names it. */
public final class TextFiles {

  /** More than any schedule or scenario has, in bytes. */
  private static final long MAX_BYTES = 64L << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFiles() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its text, without a byte order mark
   * @throws UsageException if it cannot be read, is larger than 64 MiB, or is not UTF-8
   */
  public static String read(Path file) {
    String text = decode(file, bytes(file));
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new UsageException(file + ": is a directory");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new UsageException(file + ": is larger than " + MAX_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UsageException(file + ": " + reason(e), e);
    }
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      long line = 1 + text.chars().filter(c -> c == '\n').count();
      throw new UsageException(file + ":" + line + ": is not text in UTF-8");
    }
    return text;
  }

  /**
   * Writes a file, and creates its directory if it does not exist. A reader sees the old or the new
   * file, and no part of it.
   *
   * @param file the file
   * @param text its text
   * @throws UsageException if it cannot be written
   */
  public static void write(Path file, String text) {
    Path written = file.resolveSibling(file.getFileName() + ".part");
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(written, text);
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be written: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
