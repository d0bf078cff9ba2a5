package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Names messages as they are sent: by kind, sender, receiver, term, and the ordinal among the
 * messages that agree in these, such as {@code Append 1→2 t3 #4}.
 */
final class MessageNames {

  private static final Pattern NAME = Pattern.compile("[A-Za-z]+ \\d+→\\d+ t\\d+ #\\d+");

  private final Map<String, Integer> counts = new TreeMap<>();

  /** Returns the name of the next message that is sent. */
  String next(Message message) {
    String name =
        RaftText.of(message.getBodyCase())
            + " "
            + message.getFrom()
            + "→"
            + message.getTo()
            + " t"
            + message.getTerm();
    return name + " #" + counts.merge(name, 1, Integer::sum);
  }

  /** Returns whether a text may be the name of a message. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
