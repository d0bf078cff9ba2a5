package io.tickraft.testkit.labs.tinykv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a client asks of the store, as it stands in the log.
 *
 * @param client the client's id
 * @param sequence the client's number of this command, from 1 and without a gap; a command that is
 *     sent again keeps its number
 * @param operation what to do
 */
record Command(long client, long sequence, Operation operation) {

  /** What to do. */
  sealed interface Operation {}

  /** Sets the value of a key. */
  record Put(String key, String value) implements Operation {}

  /** Removes a key, if it is there. */
  record Delete(String key) implements Operation {}

  /** Reads the keys from {@code from} to before {@code to}. */
  record Scan(String from, String to) implements Operation {}

  private static final int PUT = 1;
  private static final int DELETE = 2;
  private static final int SCAN = 3;

  /** Reads one key. */
  static Scan get(String key) {
    return new Scan(key, key + '\0');
  }

  ByteString encoded() {
    ByteString.Output bytes = ByteString.newOutput();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeUInt64NoTag(client);
      out.writeUInt64NoTag(sequence);
      if (operation instanceof Put put) {
        out.writeUInt32NoTag(PUT);
        out.writeStringNoTag(put.key);
        out.writeStringNoTag(put.value);
      } else if (operation instanceof Delete delete) {
        out.writeUInt32NoTag(DELETE);
        out.writeStringNoTag(delete.key);
      } else if (operation instanceof Scan scan) {
        out.writeUInt32NoTag(SCAN);
        out.writeStringNoTag(scan.from);
        out.writeStringNoTag(scan.to);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteString();
  }

  static Command decoded(ByteString data) {
    CodedInputStream in = data.newCodedInput();
    try {
      long client = in.readUInt64();
      long sequence = in.readUInt64();
      int kind = in.readUInt32();
      return new Command(
          client,
          sequence,
          switch (kind) {
            case PUT -> new Put(in.readString(), in.readString());
            case DELETE -> new Delete(in.readString());
            case SCAN -> new Scan(in.readString(), in.readString());
            default -> throw new IllegalArgumentException("an operation of kind " + kind);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("a command that this did not write", e);
    }
  }
}
