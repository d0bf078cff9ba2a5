package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The order in which logins of several addresses are checked. */
class LoginsTest {

  /** The password is "r". */
  private static final Users USERS =
      Users.parse(
          List.of("rita reader $2b$04$531eo97fGJ2hzirROj1c8uOjIGrdiiryAWtxJw2QLOttqdXFXdFk2"));

  private final ArrayDeque<Runnable> background = new ArrayDeque<>();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final Logins logins = new Logins(USERS, loop.eventLoop(), background::add);

  /** What each login has ended with, by its number. */
  private final Map<Long, Logins.Result> results = new TreeMap<>();

  private long last;

  private Session login(String host, String password) {
    last++;
    long number = last;
    Session session = new Session(number, host + ":" + number, false, USERS, 0);
    logins.login(session, "rita", password, result -> results.put(number, result));
    return session;
  }

  private void check() {
    background.remove().run();
    loop.runPendingTasks();
  }

  private List<Long> answered() {
    return new ArrayList<>(results.keySet());
  }

  private void pause() {
    loop.advanceTimeBy(Logins.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    loop.runScheduledPendingTasks();
  }

  @Test
  void addressesTakeTurnsHoweverManyLoginsOneOfThemHas() {
    for (int i = 0; i < 50; i++) {
      login("10.0.0.1", "wrong");
    }
    login("10.0.0.2", "r");
    // The first one is checked already, and it is the second one's turn.
    check();
    check();
    check();
    assertThat(answered()).containsExactly(51L);
    assertThat(results.get(51L)).isInstanceOf(Logins.Right.class);
  }

  @Test
  void oneAddressCannotFillTheQueueOfAnother() {
    for (int i = 0; i < Logins.MAX_WAITING_EACH + 1; i++) {
      login("10.0.0.1", "wrong");
    }
    login("10.0.0.1", "r");
    login("10.0.0.2", "r");
    pause();
    long refused = Logins.MAX_WAITING_EACH + 2;
    assertThat(answered()).containsExactly(refused);
    assertThat(results.get(refused)).isEqualTo(new Logins.Refused(Refusals.TOO_MANY_LOGINS));
    check();
    check();
    check();
    assertThat(results.get(refused + 1)).isInstanceOf(Logins.Right.class);
  }

  @Test
  void aPasswordThatAnotherConnectionHasGivenMeanwhileNeedsNoHash() {
    login("10.0.0.1", "r");
    login("10.0.0.1", "r");
    login("10.0.0.2", "r");
    check();
    assertThat(answered()).containsExactly(1L, 2L, 3L);
    assertThat(background).isEmpty();
  }

  @Test
  void whoHasGoneLeavesNothingBehind() {
    login("10.0.0.1", "wrong");
    for (int i = 0; i < 3 * Logins.MAX_WAITING_EACH; i++) {
      logins.closed(login("10.0.0.1", "wrong"));
    }
    login("10.0.0.1", "r");
    check();
    check();
    assertThat(answered()).containsExactly(last);
    assertThat(background).isEmpty();
  }
}
