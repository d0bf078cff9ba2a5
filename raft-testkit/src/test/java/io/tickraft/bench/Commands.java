package io.tickraft.bench;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;

/** The commands that the benchmarks propose, of 16 bytes. */
final class Commands {

  static final int SOME = 16;
  static final int MANY = 1024;

  static final ByteString PAYLOAD = ByteString.copyFrom(new byte[16]);
  static final List<ByteString> ONE_COMMAND = List.of(PAYLOAD);
  static final List<ByteString> SOME_COMMANDS = Collections.nCopies(SOME, PAYLOAD);
  static final List<ByteString> MANY_COMMANDS = Collections.nCopies(MANY, PAYLOAD);

  private Commands() {}
}
