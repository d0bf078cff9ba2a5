package io.tickraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {

  private static final ByteString KEY = ByteString.copyFromUtf8("key");
  private static final ByteString BINARY = ByteString.copyFrom(new byte[] {0, -1, 13, 10, 127});

  static Stream<Command> commands() {
    return Stream.of(
        new Command.Set(KEY, BINARY, Command.Condition.ALWAYS, false),
        new Command.Set(BINARY, ByteString.EMPTY, Command.Condition.IF_ABSENT, true),
        new Command.Set(ByteString.EMPTY, KEY, Command.Condition.IF_PRESENT, false),
        new Command.SetAll(List.of(KEY, BINARY, BINARY, KEY)),
        new Command.Delete(List.of(KEY)),
        new Command.Delete(List.of()),
        new Command.Increment(KEY, -5),
        new Command.Increment(KEY, Long.MIN_VALUE),
        new Command.SetNew(KEY, BINARY),
        new Command.GetDelete(BINARY),
        new Command.Append(KEY, BINARY, 100),
        new Command.Clear(),
        new Command.Transaction(List.of(), 0),
        new Command.Transaction(
            List.of(
                new Command.Clear(),
                new Command.Increment(KEY, 1),
                new Lookup.Get(KEY),
                new Lookup.GetAll(List.of(KEY, BINARY)),
                new Lookup.Exists(List.of(KEY)),
                new Lookup.Length(KEY),
                new Lookup.Type(KEY),
                new Lookup.Size()),
            1L << 40));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandIsReadAsItWasWritten(Command command) {
    assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatIsCutOffOrLongerIsNoCommand(Command command) {
    ByteString encoded = CommandCodec.encode(command);
    for (int length = 0; length < encoded.size(); length++) {
      assertUnreadable(encoded.substring(0, length));
    }
    assertUnreadable(encoded.concat(ByteString.copyFrom(new byte[1])));
  }

  @Test
  void theEncodedFormIsWhatOldLogsHold() {
    assertThat(hex(new Command.Set(KEY, KEY, Command.Condition.IF_ABSENT, true)))
        .isEqualTo("010105036b6579036b6579");
    assertThat(hex(new Command.SetAll(List.of(KEY, ByteString.EMPTY))))
        .isEqualTo("010202036b657900");
    assertThat(hex(new Command.Delete(List.of(KEY)))).isEqualTo("010301036b6579");
    assertThat(hex(new Command.Increment(KEY, -1))).isEqualTo("0104036b657901");
    assertThat(hex(new Command.SetNew(KEY, ByteString.EMPTY))).isEqualTo("0105036b657900");
    assertThat(hex(new Command.GetDelete(KEY))).isEqualTo("0106036b6579");
    assertThat(hex(new Command.Append(KEY, ByteString.EMPTY, 9))).isEqualTo("0107036b65790009");
    assertThat(hex(new Command.Clear())).isEqualTo("0108");
    assertThat(hex(new Command.Transaction(List.of(new Lookup.Get(KEY), new Lookup.Size()), 5)))
        .isEqualTo("0109050220036b657925");
  }

  @Test
  void anotherVersionOrKindIsNoCommand() {
    assertUnreadable(ByteString.EMPTY);
    assertUnreadable(2, 0);
    assertUnreadable(1, 1, 3, 0, 0);
    assertUnreadable(1, 1, 8, 0, 0);
    // A read, which is only a part of transactions, and a transaction in one.
    assertUnreadable(1, 32, 0);
    assertUnreadable(1, 9, 0, 1, 9, 0, 0);
    // A key without a value.
    assertUnreadable(1, 2, 1, 0);
  }

  @Test
  void whatCannotBeReadIsNamedByItsOpcode() {
    assertThatThrownBy(() -> CommandCodec.decode(bytes(1, 99, 7)))
        .hasMessage("opcode 99 in version 1 of the encoding");
    assertThatThrownBy(() -> CommandCodec.decode(bytes(2, 1, 7)))
        .hasMessage("opcode 1 in version 2 of the encoding");
    assertThatThrownBy(() -> CommandCodec.decode(bytes(1, 1, 8, 0, 0)))
        .hasMessage("opcode 1 in version 1 of the encoding, SET: flags: 8");
  }

  private static void assertUnreadable(int... bytes) {
    assertUnreadable(bytes(bytes));
  }

  private static void assertUnreadable(ByteString bytes) {
    assertThatThrownBy(() -> CommandCodec.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  @Test
  void noBytesMakeItThrowAnythingElse() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      if (bytes.length > 1) {
        bytes[0] = 1;
        bytes[1] = (byte) random.nextInt(12);
      }
      try {
        Command command = CommandCodec.decode(ByteString.copyFrom(bytes));
        assertThat(reencoded(command)).isEqualTo(command);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching("(?s)opcode .*|a command of . bytes");
      }
    }
  }

  private static Command reencoded(Command command) {
    return CommandCodec.decode(CommandCodec.encode(command));
  }

  private static String hex(Command command) {
    return HexFormat.of().formatHex(CommandCodec.encode(command).toByteArray());
  }
}
