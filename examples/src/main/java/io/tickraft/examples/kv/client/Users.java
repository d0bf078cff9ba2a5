package io.tickraft.examples.kv.client;

import com.password4j.BadParametersException;
import com.password4j.BcryptFunction;
import com.password4j.Password;
import com.password4j.types.Bcrypt;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The users of a server: the lines of a file, each with a name, a role and the bcrypt hash of a
 * password, separated by blanks. Empty lines and those that start with {@code #} are skipped.
 */
public final class Users {

  /** The user of a client that gives only a password, as in Redis. */
  static final String DEFAULT = "default";

  /** Without users: everyone may read and write, and this machine's users may do everything. */
  public static final Users NONE = new Users(Map.of());

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** What a decoder makes of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  /** About a twentieth of a second. */
  private static final int COST = 10;

  /** Bcrypt ignores what comes after. */
  private static final int MAX_PASSWORD_BYTES = 72;

  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e&&[^#]][\\x21-\\x7e]{0,99}");

  /** A salt of 22 and a hash of 31 characters, which must be those of bcrypt to be decoded. */
  private static final Pattern HASH =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-6])\\$[./A-Za-z0-9]{53}");

  private final Map<String, User> byName;

  /**
   * A user.
   *
   * @param name the name
   * @param role what the user may do
   * @param hash the hash of the password
   */
  record User(String name, Role role, String hash) {}

  private Users(Map<String, User> byName) {
    this.byName = byName;
  }

  /**
   * Reads a file.
   *
   * @param file the bytes of the file, in UTF-8
   * @throws IllegalArgumentException if a line is not that of a user; the message names the line
   */
  public static Users parse(byte[] file) {
    // Each byte becomes at most one char.
    CharBuffer text = CharBuffer.allocate(file.length);
    boolean isUtf8 =
        !StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file), text, true).isError();
    text.flip();
    if (!isUtf8) {
      long line = (text + "?").lines().count(); // The decoder has stopped at the wrong byte.
      throw new IllegalArgumentException("line " + line + ": a byte that is not of UTF-8");
    }
    if (text.length() > 0 && text.charAt(0) == BYTE_ORDER_MARK) {
      throw new IllegalArgumentException(
          "line 1: a byte order mark (BOM), which no editor shows: save the file as UTF-8 without"
              + " it");
    }
    return parse(text.toString().lines().toList());
  }

  static Users parse(List<String> lines) {
    Map<String, User> byName = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        User user = user(line);
        if (byName.put(user.name, user) != null) {
          throw new IllegalArgumentException("a second user " + user.name);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException("no user");
    }
    return new Users(byName);
  }

  private static User user(String line) {
    List<String> words = new ArrayList<>(List.of(line.split("\\s+", -1)));
    if (words.size() != 3) {
      throw new IllegalArgumentException("not a name, a role and a hash");
    }
    if (!HASH.matcher(words.get(2)).matches()) {
      throw new IllegalArgumentException("not a hash that the command user prints");
    }
    return new User(name(words.get(0)), role(words.get(1)), words.get(2));
  }

  /**
   * {@return the line of a user}
   *
   * @param name the name: up to 100 printable characters of ASCII without blanks
   * @param role the role
   * @param password the password: 1 to 72 bytes in UTF-8
   * @throws IllegalArgumentException if name, role or password cannot be used
   */
  public static String line(String name, String role, String password) {
    int length = password.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_PASSWORD_BYTES) {
      throw new IllegalArgumentException(
          "a password has 1 to " + MAX_PASSWORD_BYTES + " bytes: " + length);
    }
    if (password.charAt(0) == BYTE_ORDER_MARK || password.indexOf(REPLACEMENT) >= 0) {
      throw new IllegalArgumentException(
          "the password is not plain UTF-8: save it without a byte order mark");
    }
    String hash =
        Password.hash(password).with(BcryptFunction.getInstance(Bcrypt.B, COST)).getResult();
    return name(name) + " " + role(role) + " " + hash;
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a user: " + name);
    }
    return name;
  }

  private static Role role(String name) {
    for (Role role : Role.values()) {
      if (role.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return role;
      }
    }
    throw new IllegalArgumentException("not reader, writer or admin: " + name);
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  Optional<User> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** {@return any user of a file} */
  User any() {
    return byName.values().iterator().next();
  }

  /** {@return whether a password is that of a user} Takes about a twentieth of a second. */
  static boolean matches(User user, String password) {
    try {
      return password.getBytes(StandardCharsets.UTF_8).length <= MAX_PASSWORD_BYTES
          && Password.check(password, user.hash)
              .with(BcryptFunction.getInstanceFromHash(user.hash));
    } catch (BadParametersException e) {
      throw new IllegalStateException("the hash was checked when the file was read", e);
    }
  }
}
