package io.tickraft.examples.kv.command;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;

/**
 * What an entry of the log may hold: a {@link Command}, or as a part of a transaction also a {@link
 * Lookup}.
 */
public sealed interface Operation permits Command, Lookup {

  /** {@return the kind of operation in the encoded form} */
  Opcode opcode();

  /** Writes the encoded form after the opcode. */
  void writeTo(CodedOutputStream out) throws IOException;

  /** {@return the number of bytes that {@link #writeTo} writes} */
  int encodedSize();

  /**
   * Returns the limit of the values in the reply, in bytes. A reply without values has none.
   *
   * @param maxValueBytes the limit of one value, in bytes
   */
  long maxReplyBytes(long maxValueBytes);
}
