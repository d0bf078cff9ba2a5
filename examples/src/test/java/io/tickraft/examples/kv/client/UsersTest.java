package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, their roles and their logins. */
class UsersTest {

  private static final String HASH = "$2b$04$7JLn7rBGXWRGBkwfqXrYBeuJ4rOl4ZdVKCcbPGw4CI8W2VqFyxhBi";

  /** All but one of the hashes are cheap ones: these tests log in often. */
  private static final List<String> FILE =
      List.of(
          "# The users.",
          "",
          // The password is "r".
          "rita reader $2b$04$531eo97fGJ2hzirROj1c8uOjIGrdiiryAWtxJw2QLOttqdXFXdFk2",
          Users.line("walt", "writer", "w"),
          // The password is "p\u00e4ssword with blanks".
          "anna admin $2b$04$WxjS.Ti7u7KvTuTy7iyKDOfuRLNwIG1N.eLWA9aRqLtKq5.nxonTO",
          // The password is "secret".
          "default Writer $2b$04$o2EV1IRBhWHOEyEO4x1Ai./361rRgCtJSCKfxLIe6kJXH9BmywZha");

  private final FakeNode node = new FakeNode();
  private final ArrayDeque<Runnable> background = new ArrayDeque<>();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final ClientServer server =
      new ClientServer(
          node,
          ClientLimits.of(100),
          Users.parse(FILE),
          loop.eventLoop(),
          background::add,
          System::nanoTime);
  private final WireClient client = new WireClient(server, true);

  private void runBackground() {
    while (!background.isEmpty()) {
      background.remove().run();
      loop.runPendingTasks();
    }
  }

  /** Lets the time pass after which a failed login is answered. */
  private void pause() {
    loop.advanceTimeBy(Logins.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    loop.runScheduledPendingTasks();
  }

  /** Sends a line, lets the background loop work, and returns the answer. */
  private String line(String words) {
    String answer = client.line(words);
    runBackground();
    pause();
    return answer + client.received().replace("\r\n", ";");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AUTH rita r     | +OK;",
        "AUTH secret     | +OK;",
        "AUTH rita w     | -WRONGPASS invalid username-password pair or user is disabled.;",
        "AUTH nobody r   | -WRONGPASS invalid username-password pair or user is disabled.;",
        "AUTH r          | -WRONGPASS invalid username-password pair or user is disabled.;",
        "AUTH a b c      | -ERR syntax error;",
        "PING            | -NOAUTH Authentication required.;",
        "FOO             | -NOAUTH Authentication required.;",
        "GET a           | -NOAUTH Authentication required.;",
        "RAFT.STATUS     | -NOAUTH Authentication required.;",
        "MULTI           | -NOAUTH Authentication required.;",
        "QUIT            | +OK;",
      })
  void aStrangerMayOnlyLogIn(String command, String answer) {
    assertThat(line(command)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rita r    | GET a             | true",
        "rita r    | KEYS *            | true",
        "rita r    | RAFT.STATUS       | true",
        "rita r    | SET a 1           | false",
        "rita r    | FLUSHDB           | false",
        "rita r    | RAFT.REMOVENODE 4 | false",
        "walt w    | GET a             | true",
        "walt w    | SET a 1           | true",
        "walt w    | RAFT.TRANSFER 4   | false",
        "walt w    | RAFT.ADDNODE 4 h:7| false",
      })
  void aUserMayDoWhatTheRoleSays(String user, String command, boolean allowed) {
    assertThat(line("AUTH " + user)).isEqualTo("+OK;");
    String name = command.split(" ", -1)[0].toLowerCase(java.util.Locale.ROOT);
    String refusal =
        "-NOPERM User "
            + user.split(" ", -1)[0]
            + " has no permissions to run the '"
            + name
            + "' command;";
    if (allowed) {
      assertThat(line(command)).doesNotStartWith("-");
    } else {
      assertThat(line(command)).isEqualTo(refusal);
      assertThat(line("MULTI")).isEqualTo("+OK;");
      assertThat(line(command)).isEqualTo(refusal);
      assertThat(line("EXEC")).startsWith("-EXECABORT");
    }
  }

  @Test
  void anAdminMayChangeTheGroupFromAnywhere() {
    WireClient remote = new WireClient(server, false);
    remote.request("AUTH", "anna", "p\u00c3\u00a4ssword with blanks"); // UTF-8.
    runBackground();
    assertThat(remote.received()).isEqualTo("+OK\r\n");
    assertThat(remote.line("RAFT.REMOVENODE 4")).isEqualTo("+Remove[id=4];");
  }

  @Test
  void helloLogsInAndSwitchesTheProtocolIfThePasswordIsRight() {
    assertThat(line("HELLO 3")).startsWith("-NOAUTH HELLO must be called");
    assertThat(line("HELLO 3 AUTH rita w SETNAME me")).startsWith("-WRONGPASS");
    assertThat(line("HELLO 3 AUTH rita r SETNAME me")).startsWith("%7;");
    assertThat(line("CLIENT GETNAME")).isEqualTo("$2;me;");
    assertThat(line("GET a")).isEqualTo("_;");
    assertThat(line("CLIENT LIST")).contains(" user=rita resp=3");
    // A failed login changes nothing.
    assertThat(line("AUTH walt r")).startsWith("-WRONGPASS");
    assertThat(line("SET a 1")).startsWith("-NOPERM User rita");
  }

  @Test
  void requestsAfterALoginWaitForIt() {
    String requests =
        WireClient.encoded("AUTH", "walt", "w")
            + WireClient.encoded("SET", "a", "1")
            + WireClient.encoded("AUTH", "rita", "r")
            + WireClient.encoded("SET", "a", "2")
            + WireClient.encoded("GET", "a");
    assertThat(client.send(requests)).isEmpty();
    runBackground();
    runBackground();
    assertThat(client.received().replace("\r\n", ";"))
        .isEqualTo(
            "+OK;+OK;+OK;-NOPERM User rita has no permissions to run the 'set' command;$1;1;");
  }

  @Test
  void aKnownPasswordNeedsNoHashAndAWrongOneAlwaysDoes() {
    assertThat(line("AUTH rita r")).isEqualTo("+OK;");
    assertThat(client.line("AUTH rita r")).isEqualTo("+OK;");
    assertThat(client.line("AUTH rita w")).isEmpty();
    runBackground();
    pause();
    assertThat(client.received()).startsWith("-WRONGPASS");
    assertThat(client.line("AUTH walt r")).isEmpty();
    runBackground();
    pause();
    assertThat(client.received()).startsWith("-WRONGPASS");
  }

  @Test
  void aRightLoginGetsThroughWhileOthersGuessInALoop() {
    List<WireClient> guessers = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      guessers.add(new WireClient(server, true));
    }
    for (int round = 0; round < 3; round++) {
      guessers.forEach(guesser -> assertThat(guesser.line("AUTH anna wrong")).isEmpty());
      assertThat(client.line("AUTH " + List.of("rita r", "walt w", "secret").get(round))).isEmpty();
      // Those that came before, and then this one.
      assertThat(checksUntilAnswered()).isEqualTo(guessers.size() + 1);
      pause();
      guessers.forEach(guesser -> assertThat(guesser.received()).startsWith("-WRONGPASS"));
    }
  }

  private int checksUntilAnswered() {
    for (int checks = 1; !background.isEmpty(); checks++) {
      background.remove().run();
      loop.runPendingTasks();
      if (client.received().equals("+OK\r\n")) {
        return checks;
      }
    }
    throw new AssertionError("the login is not answered");
  }

  @Test
  void aWrongPasswordIsAnsweredAfterAPauseAndTheNextRequestWaits() {
    String requests = WireClient.encoded("AUTH", "rita", "w") + WireClient.encoded("PING");
    assertThat(client.send(requests)).isEmpty();
    runBackground();
    loop.advanceTimeBy(Logins.PAUSE_MILLIS - 100, TimeUnit.MILLISECONDS);
    loop.runScheduledPendingTasks();
    assertThat(client.received()).isEmpty();
    pause();
    assertThat(client.received()).startsWith("-WRONGPASS").contains("-NOAUTH");
  }

  @Test
  void aConnectionThatEndsHasNoPasswordChecked() {
    WireClient first = new WireClient(server, true);
    first.line("AUTH rita x");
    WireClient second = new WireClient(server, true);
    second.line("AUTH rita y");
    client.line("AUTH rita r");
    second.close();
    assertThat(checksUntilAnswered()).isEqualTo(2);
    first.close();
    pause();
    assertThat(first.received()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rita                        | line 2: not a name, a role and a hash",
        "rita reader HASH x          | line 2: not a name, a role and a hash",
        "rita owner HASH             | line 2: not reader, writer or admin: owner",
        "rita reader x               | line 2: not a hash that the command user prints",
        "rita reader $2b$31$7JLn7rBG | line 2: not a hash that the command user prints",
        "rita reader $2b$04$+aaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb | line 2: not a hash that the command user prints",
        "rita reader $2b$04$aaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbb= | line 2: not a hash that the command user prints",
        "r\u00e4ta reader HASH       | line 2: not a name of a user: r\u00e4ta",
        "anna admin HASH             | line 2: a second user anna",
      })
  void aWrongLineIsNamed(String line, String problem) {
    List<String> lines = List.of("anna admin " + HASH, line.replace("HASH", HASH));
    assertThatIllegalArgumentException().isThrownBy(() -> Users.parse(lines)).withMessage(problem);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Users.parse(List.of("# none")))
        .withMessage("no user");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // ISO 8859-1 and UTF-16, as some editors write by default.
        "# anna\\n\\nr\u00e4ta | ISO-8859-1 | line 3: a byte that is not of UTF-8",
        "# anna\\r\\r\u00e4    | ISO-8859-1 | line 3: a byte that is not of UTF-8",
        "# \u00e4              | ISO-8859-1 | line 1: a byte that is not of UTF-8",
        "# anna               | UTF-16     | line 1: a byte that is not of UTF-8",
        "\ufeff# anna         | UTF-8      | line 1: a byte order mark (BOM), which no editor shows",
        "# anna\\n\u00e4        | UTF-8      | line 2: not a name, a role and a hash",
      })
  void aFileThatIsNotPlainUtf8IsRefusedWithTheLine(String text, Charset charset, String problem) {
    byte[] file = text.translateEscapes().getBytes(charset);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Users.parse(file))
        .withMessageStartingWith(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void aFileHasTheLinesOfAnySystem(String end) {
    String text = "# R\u00e4ta, \ud83d\ude00" + end + end + "anna admin " + HASH + end;
    Users users = Users.parse(text.getBytes(StandardCharsets.UTF_8));
    assertThat(users.named("anna")).isPresent();
  }

  @Test
  void aPasswordThatTheHashWouldCutIsRefused() {
    assertThat(Users.line("a", "reader", "x".repeat(72))).startsWith("a reader $2b$10$");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Users.line("a", "reader", "x".repeat(73)))
        .withMessage("a password has 1 to 72 bytes: 73");
    assertThatIllegalArgumentException().isThrownBy(() -> Users.line("a", "reader", ""));
  }

  /** The hash would be one of bytes that nobody has typed. */
  @ParameterizedTest
  @ValueSource(strings = {"\ufeffsecret", "p\ufffdssword"})
  void aPasswordThatWasReadFromAnotherEncodingIsRefused(String password) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Users.line("a", "reader", password))
        .withMessage("the password is not plain UTF-8: save it without a byte order mark");
  }
}
