package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The simplest state machine: the list of all commands in their order. Its snapshots contain the
 * whole list, so that a snapshot of a wrong state is always detected.
 */
public final class CommandLog implements StateMachine {

  private final List<ByteString> commands = new ArrayList<>();

  /** Starts without commands. */
  public CommandLog() {}

  /** {@return all commands that were applied, in their order, as a view} */
  public List<ByteString> commands() {
    return Collections.unmodifiableList(commands);
  }

  @Override
  public void apply(Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      commands.add(entry.getData());
    }
  }

  @Override
  public ByteString save() {
    ByteString.Output bytes = ByteString.newOutput();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      for (ByteString command : commands) {
        out.writeBytesNoTag(command);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteString();
  }

  @Override
  public void restore(Snapshot snapshot) {
    commands.clear();
    CodedInputStream in = snapshot.getData().newCodedInput();
    try {
      while (!in.isAtEnd()) {
        commands.add(in.readBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("not a snapshot of a CommandLog", e);
    }
  }
}
