package io.tickraft.examples.kv.client;

import io.netty.channel.EventLoop;
import io.tickraft.examples.kv.client.Users.User;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.Later;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the passwords of users. A hash of a password is slow on purpose, so it is computed on the
 * background loop, one at a time. A password that was right is recognized at once the next time, by
 * a fast hash with a key that only this process has. Used on the node's event loop.
 *
 * <p>Who guesses passwords must not keep others from logging in. So logins wait in a queue for each
 * address, and the addresses take turns. A connection has one login at a time, and a failure is
 * answered after a pause, in which the connection is not read from.
 */
final class Logins {

  /** The limit of the logins of one address that wait: about 5 seconds of work. */
  static final int MAX_WAITING_EACH = 100;

  /** The time until a failure is answered, in milliseconds. */
  static final long PAUSE_MILLIS = 1_000;

  private final Users users;
  private final EventLoop loop;
  private final Executor background;
  private final SecretKeySpec key;
  private final Map<String, byte[]> known = new HashMap<>();

  /**
   * The logins that wait, by the host of the client. The first host is the next to have its turn.
   * No queue is empty. Each connection has at most one login.
   */
  private final Map<String, ArrayDeque<Login>> waiting = new LinkedHashMap<>();

  private boolean checking;

  /** What ends a login. */
  sealed interface Result {}

  /**
   * The password is right.
   *
   * @param user the user
   */
  record Right(User user) implements Result {}

  /**
   * The user is not logged in.
   *
   * @param refusal the answer to the client
   */
  record Refused(Reply refusal) implements Result {}

  private record Login(Session session, String name, String password, Consumer<Result> then) {}

  Logins(Users users, EventLoop loop, Executor background) {
    this.users = users;
    this.loop = loop;
    this.background = background;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /**
   * Checks a password.
   *
   * @param session the client, which waits for no other login
   * @param name the name of the user
   * @param password the password
   * @param then gets the result, on the event loop, unless the connection has ended
   */
  void login(Session session, String name, String password, Consumer<Result> then) {
    Login login = new Login(session, name, password, then);
    Optional<User> user = known(login);
    if (user.isPresent()) {
      then.accept(new Right(user.get()));
      return;
    }
    ArrayDeque<Login> queue = waiting.computeIfAbsent(session.host(), h -> new ArrayDeque<>());
    if (queue.size() >= MAX_WAITING_EACH) {
      refuse(login, Refusals.TOO_MANY_LOGINS);
      return;
    }
    queue.addLast(login);
    if (!checking) {
      checkNext();
    }
  }

  private Optional<User> known(Login login) {
    return MessageDigest.isEqual(known.get(login.name), code(login.password))
        ? users.named(login.name)
        : Optional.empty();
  }

  private void checkNext() {
    Optional<Login> next = takeNext();
    checking = next.isPresent();
    next.ifPresent(this::check);
  }

  /** Takes the first login of the host whose turn it is, and makes that host the last one. */
  private Optional<Login> takeNext() {
    Iterator<Map.Entry<String, ArrayDeque<Login>>> hosts = waiting.entrySet().iterator();
    if (!hosts.hasNext()) {
      return Optional.empty();
    }
    Map.Entry<String, ArrayDeque<Login>> first = hosts.next();
    String host = first.getKey();
    ArrayDeque<Login> queue = first.getValue();
    hosts.remove();
    Login login = queue.remove();
    if (!queue.isEmpty()) {
      waiting.put(host, queue);
    }
    return Optional.of(login);
  }

  private void check(Login login) {
    if (known(login).isPresent()) { // Another connection has logged in meanwhile.
      loop.execute(() -> checked(login, true));
      return;
    }
    // An unknown name takes as long as a wrong password: the time does not tell who is a user.
    User user = users.named(login.name).orElseGet(users::any);
    background.execute(
        () -> {
          boolean matches = Users.matches(user, login.password);
          loop.execute(() -> checked(login, matches));
        });
  }

  private void checked(Login login, boolean matches) {
    Optional<User> user = users.named(login.name).filter(u -> matches);
    user.ifPresent(right -> known.put(right.name(), code(login.password)));
    checkNext(); // Before the answer, after which the client may log in again.
    user.ifPresentOrElse(
        right -> end(login, new Right(right)), () -> refuse(login, Refusals.WRONG_PASSWORD));
  }

  private void refuse(Login login, Reply refusal) {
    Later.runMillis(loop, PAUSE_MILLIS, () -> end(login, new Refused(refusal)));
  }

  private static void end(Login login, Result result) {
    if (!login.session.isClosed()) {
      login.then.accept(result);
    }
  }

  /** Called when a connection has ended: its login does not wait any more. */
  void closed(Session session) {
    ArrayDeque<Login> queue = waiting.get(session.host());
    if (queue != null && queue.removeIf(login -> login.session == session) && queue.isEmpty()) {
      waiting.remove(session.host());
    }
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
