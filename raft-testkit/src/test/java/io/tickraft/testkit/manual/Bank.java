package io.tickraft.testkit.manual;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.StateMachine;

/** The manual's state machine that parses its commands: an account, and deposits to it. */
final class Bank implements StateMachine {

  private long balance;

  @Override
  public void apply(Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      String command = entry.getData().toStringUtf8();
      if (!command.startsWith("deposit ")) {
        throw new IllegalArgumentException("unknown command " + command);
      }
      balance += Long.parseLong(command.substring("deposit ".length()));
    }
  }

  @Override
  public ByteString save() {
    return ByteString.copyFromUtf8(Long.toString(balance));
  }

  @Override
  public void restore(Snapshot snapshot) {
    String saved = snapshot.getData().toStringUtf8();
    balance = saved.isEmpty() ? 0 : Long.parseLong(saved);
  }
}
