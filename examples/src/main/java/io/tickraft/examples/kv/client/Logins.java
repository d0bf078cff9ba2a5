package io.tickraft.examples.kv.client;

import io.tickraft.examples.kv.client.Users.User;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the passwords of users. A hash of a password is slow on purpose, so it is computed on the
 * background loop, a few at a time. A password that was right is recognized at once the next time,
 * by a fast hash with a key that only this process has. Used on the node's event loop.
 */
final class Logins {

  /** The number of logins that wait for their hash. */
  static final int MAX_IN_PROGRESS = 16;

  private final Users users;
  private final Executor loop;
  private final Executor background;
  private final SecretKeySpec key;
  private final Map<String, byte[]> known = new HashMap<>();
  private int inProgress;

  Logins(Users users, Executor loop, Executor background) {
    this.users = users;
    this.loop = loop;
    this.background = background;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  Users users() {
    return users;
  }

  /**
   * Checks a password.
   *
   * @param name the name of the user
   * @param password the password
   * @param then gets the user, on the event loop; empty: there is none with this password
   * @return whether the check has started; if not, too many are in progress
   */
  boolean login(String name, String password, Consumer<Optional<User>> then) {
    Optional<User> user = users.named(name);
    byte[] code = code(password);
    if (user.isPresent() && MessageDigest.isEqual(known.get(name), code)) {
      then.accept(user);
      return true;
    }
    if (inProgress >= MAX_IN_PROGRESS) {
      return false;
    }
    inProgress++;
    // An unknown name takes as long as a wrong password: the time does not tell who is a user.
    User checked = user.orElseGet(users::any);
    background.execute(
        () -> {
          boolean matches = Users.matches(checked, password);
          loop.execute(
              () -> {
                inProgress--;
                if (matches && user.isPresent()) {
                  known.put(name, code);
                }
                then.accept(matches ? user : Optional.empty());
              });
        });
    return true;
  }

  private byte[] code(String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
