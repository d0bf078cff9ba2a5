package io.tickraft.testkit.scenario;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** The arguments of commands as text. */
final class CommandText {

  private CommandText() {}

  /** Returns data as words in quotes; as hexadecimal digits if it is not plain text. */
  static String words(List<ByteString> data) {
    if (data.stream().allMatch(CommandText::isPlain)) {
      return data.stream()
          .map(word -> " \"" + word.toStringUtf8() + "\"")
          .collect(Collectors.joining());
    }
    return " hex="
        + data.stream()
            .map(word -> HexFormat.of().formatHex(word.toByteArray()))
            .collect(Collectors.joining(","));
  }

  private static boolean isPlain(ByteString data) {
    for (int i = 0; i < data.size(); i++) {
      byte b = data.byteAt(i);
      if (b < ' ' || b > '~' || b == '"') {
        return false;
      }
    }
    return true;
  }

  /** Returns the arguments of a proposed change. */
  static String of(ConfChange change, ConfChangeResult result) {
    if (change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE) {
      return " leave";
    }
    // A change that only removes may be one that was accepted even without an effect.
    boolean onlyRemoves =
        change.getChangesList().stream()
            .allMatch(single -> single.getType() == ConfChangeType.CONF_CHANGE_TYPE_REMOVE);
    return (onlyRemoves && result instanceof ConfChangeResult.Accepted
            ? " even-without-effect"
            : "")
        + change.getChangesList().stream().map(CommandText::of).collect(Collectors.joining())
        + switch (change.getTransition()) {
          case CONF_CHANGE_TRANSITION_JOINT_IMPLICIT -> " transition=implicit";
          case CONF_CHANGE_TRANSITION_JOINT_EXPLICIT -> " transition=explicit";
          default -> "";
        };
  }

  private static String of(ConfChangeSingle single) {
    String name =
        switch (single.getType()) {
          case CONF_CHANGE_TYPE_ADD_VOTER -> " add-voter ";
          case CONF_CHANGE_TYPE_ADD_LEARNER -> " add-learner ";
          default -> " remove ";
        };
    return name + single.getNode();
  }
}
