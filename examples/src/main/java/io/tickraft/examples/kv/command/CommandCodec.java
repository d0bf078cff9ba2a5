package io.tickraft.examples.kv.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoded form of commands: a version, an opcode, and the fields of the command, with numbers
 * as varints and bytes after their length.
 *
 * <p>Entries outlive the version of the server that wrote them, so the form has a version from the
 * start. No node skips an entry that it cannot decode: a node of a newer version applies it, and
 * their maps would differ from then on.
 */
public final class CommandCodec {

  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 2;
  private static final int FLAGS_CONDITION = 3;
  private static final int FLAGS_RETURN_OLD = 4;

  private CommandCodec() {}

  /** Encodes a command. */
  public static ByteString encode(Command command) {
    byte[] bytes = new byte[HEADER_BYTES + command.encodedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawByte((byte) VERSION);
      out.writeRawByte((byte) command.opcode().number());
      command.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("the array is exactly as large as the command", e);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /**
   * Decodes a command.
   *
   * @throws IllegalArgumentException if this version cannot read it; the message names the opcode
   */
  public static Command decode(ByteString bytes) {
    if (bytes.size() < HEADER_BYTES) {
      throw new IllegalArgumentException("a command of " + bytes.size() + " bytes");
    }
    int version = bytes.byteAt(0);
    int number = bytes.byteAt(1);
    String name = "opcode " + number + " in version " + version + " of the encoding";
    Opcode opcode =
        Opcode.of(number)
            .filter(known -> version == VERSION)
            .orElseThrow(() -> new IllegalArgumentException(name));
    CodedInputStream in = bytes.substring(HEADER_BYTES).newCodedInput();
    try {
      if (read(opcode, in) instanceof Command command && in.isAtEnd()) {
        return command;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ", " + opcode + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(name + ", " + opcode + ": more than the known fields");
  }

  private static Operation read(Opcode opcode, CodedInputStream in) throws IOException {
    return switch (opcode) {
      case SET -> {
        int flags = in.readUInt32();
        if ((flags & ~(FLAGS_CONDITION | FLAGS_RETURN_OLD)) != 0) {
          throw new IllegalArgumentException("flags: " + flags);
        }
        yield new Command.Set(
            in.readBytes(),
            in.readBytes(),
            condition(flags & FLAGS_CONDITION),
            (flags & FLAGS_RETURN_OLD) != 0);
      }
      case SET_ALL -> new Command.SetAll(readList(in));
      case DELETE -> new Command.Delete(readList(in));
      case INCREMENT -> new Command.Increment(in.readBytes(), in.readSInt64());
      case SET_NEW -> new Command.SetNew(in.readBytes(), in.readBytes());
      case GET_DELETE -> new Command.GetDelete(in.readBytes());
      case APPEND -> new Command.Append(in.readBytes(), in.readBytes(), in.readUInt32());
      case CLEAR -> new Command.Clear();
      case TRANSACTION -> transaction(in.readUInt64(), readOperations(in));
      case GET -> new Lookup.Get(in.readBytes());
      case GET_ALL -> new Lookup.GetAll(readList(in));
      case EXISTS -> new Lookup.Exists(readList(in));
      case LENGTH -> new Lookup.Length(in.readBytes());
      case TYPE -> new Lookup.Type(in.readBytes());
      case SIZE -> new Lookup.Size();
    };
  }

  private static Command transaction(long maxReplyBytes, List<Operation> operations) {
    return new Command.Transaction(operations, maxReplyBytes);
  }

  private static List<Operation> readOperations(CodedInputStream in) throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      Opcode opcode =
          Opcode.of(in.readRawByte())
              // Not read recursively: nested transactions could be arbitrarily deep.
              .filter(known -> known != Opcode.TRANSACTION)
              .orElseThrow(() -> new IllegalArgumentException("no operation of a transaction"));
      operations.add(read(opcode, in));
    }
    return operations;
  }

  private static Command.Condition condition(int number) {
    return switch (number) {
      case 0 -> Command.Condition.ALWAYS;
      case 1 -> Command.Condition.IF_ABSENT;
      case 2 -> Command.Condition.IF_PRESENT;
      default -> throw new IllegalArgumentException("condition: " + number);
    };
  }

  static void writeList(List<ByteString> list, CodedOutputStream out) throws IOException {
    out.writeUInt32NoTag(list.size());
    for (ByteString element : list) {
      out.writeBytesNoTag(element);
    }
  }

  static int listSize(List<ByteString> list) {
    int size = CodedOutputStream.computeUInt32SizeNoTag(list.size());
    for (ByteString element : list) {
      size += CodedOutputStream.computeBytesSizeNoTag(element);
    }
    return size;
  }

  private static List<ByteString> readList(CodedInputStream in) throws IOException {
    // Not allocated by the count, which may be wrong. Each element takes at least a byte of input.
    List<ByteString> list = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      list.add(in.readBytes());
    }
    return list;
  }

  private static int readCount(CodedInputStream in) throws IOException {
    int count = in.readUInt32();
    if (count < 0) {
      throw new IllegalArgumentException("count: " + count);
    }
    return count;
  }
}
