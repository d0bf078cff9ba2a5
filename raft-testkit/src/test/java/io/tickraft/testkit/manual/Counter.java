package io.tickraft.testkit.manual;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.StateMachine;

/** The manual's state machine: a number, and commands that increment it. */
class Counter implements StateMachine {

  long value;

  @Override
  public void apply(Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      value++;
    }
  }

  @Override
  public ByteString save() {
    return ByteString.copyFromUtf8(Long.toString(value));
  }

  @Override
  public void restore(Snapshot snapshot) {
    String saved = snapshot.getData().toStringUtf8();
    value = saved.isEmpty() ? 0 : Long.parseLong(saved); // The first snapshot of a group is empty.
  }
}
