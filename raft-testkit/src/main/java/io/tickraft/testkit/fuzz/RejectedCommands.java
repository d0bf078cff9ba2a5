package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A command is never applied if its proposal was rejected, wherever else it was not accepted. */
final class RejectedCommands implements Oracle {

  private final Set<ByteString> rejected = new LinkedHashSet<>();

  /** The commands that a node has appended or forwarded. */
  private final Set<ByteString> taken = new LinkedHashSet<>();

  /** A node has answered a proposal. */
  void proposed(List<ByteString> commands, ProposeResult result) {
    (result instanceof ProposeResult.Rejected ? rejected : taken).addAll(commands);
  }

  @Override
  public void applied(long node, Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND
        && rejected.contains(entry.getData())
        && !taken.contains(entry.getData())) {
      throw new OracleViolation(
          "rejected proposals are not applied",
          "node " + node + " applies entry " + entry.getIndex() + ", whose proposal was rejected");
    }
  }
}
