package io.tickraft.proto;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Encodes and parses messages with the same results as the generated classes, in less time and with
 * less garbage. It has its own code for the messages of normal operation: {@link Append}, accepting
 * and empty {@link AppendResponse}s, {@link Heartbeat} and {@link HeartbeatResponse}. The generated
 * classes encode and parse everything else, including malformed bytes and unknown fields.
 *
 * <p>One owner uses a codec, in one thread at a time. It can be used again after an exception, and
 * keeps no reference to a message or to its bytes.
 */
public final class MessageCodec {

  // Tags, as single bytes: no field number here is above 15.

  private static final int FROM = varint(Message.FROM_FIELD_NUMBER);
  private static final int TO = varint(Message.TO_FIELD_NUMBER);
  private static final int TERM = varint(Message.TERM_FIELD_NUMBER);
  private static final int GROUP = varint(Message.GROUP_FIELD_NUMBER);
  private static final int APPEND = bytes(Message.APPEND_FIELD_NUMBER);
  private static final int APPEND_RESPONSE = bytes(Message.APPEND_RESPONSE_FIELD_NUMBER);
  private static final int HEARTBEAT = bytes(Message.HEARTBEAT_FIELD_NUMBER);
  private static final int HEARTBEAT_RESPONSE = bytes(Message.HEARTBEAT_RESPONSE_FIELD_NUMBER);

  private static final int ID_INDEX = varint(EntryId.INDEX_FIELD_NUMBER);
  private static final int ID_TERM = varint(EntryId.TERM_FIELD_NUMBER);

  private static final int ENTRY_TERM = varint(Entry.TERM_FIELD_NUMBER);
  private static final int ENTRY_INDEX = varint(Entry.INDEX_FIELD_NUMBER);
  private static final int ENTRY_TYPE = varint(Entry.TYPE_FIELD_NUMBER);
  private static final int ENTRY_DATA = bytes(Entry.DATA_FIELD_NUMBER);

  private static final int PREV = bytes(Append.PREV_FIELD_NUMBER);
  private static final int ENTRIES = bytes(Append.ENTRIES_FIELD_NUMBER);
  private static final int APPEND_COMMIT = varint(Append.COMMIT_FIELD_NUMBER);
  private static final int NEEDS_NO_ANSWER = varint(Append.NEEDS_NO_ANSWER_FIELD_NUMBER);

  private static final int ACCEPTED = bytes(AppendResponse.ACCEPTED_FIELD_NUMBER);
  private static final int MATCH = varint(AppendResponse.Accepted.MATCH_FIELD_NUMBER);
  private static final int RESPONSE_COMMIT = varint(AppendResponse.COMMIT_FIELD_NUMBER);

  private static final int HEARTBEAT_COMMIT = varint(Heartbeat.COMMIT_FIELD_NUMBER);
  private static final int HEARTBEAT_ROUND = varint(Heartbeat.ROUND_FIELD_NUMBER);
  private static final int QUIESCE = varint(Heartbeat.QUIESCE_FIELD_NUMBER);

  private static final int RESPONSE_ROUND = varint(HeartbeatResponse.ROUND_FIELD_NUMBER);
  private static final int QUIESCED = varint(HeartbeatResponse.QUIESCED_FIELD_NUMBER);

  /** In place of a tag: the message ends here. */
  private static final int END = -1;

  private static final byte[] NO_BYTES = {};

  /** The room for entries that a codec keeps for the next append. */
  private static final int MAX_ROOM = 4096;

  /** The bytes are not what this class writes: the generated parser must read them. */
  static final class UnexpectedBytesException extends Exception {

    private static final long serialVersionUID = 1;

    UnexpectedBytesException() {
      super(null, null, false, false); // Without a stack trace, which would cost more than parsing.
    }
  }

  /** Finds the array behind a ByteString without a copy, if there is one. */
  private static final class ArrayFinder extends ByteOutput {

    private byte[] array = NO_BYTES;
    private int offset;
    private int parts;

    /** Returns whether all bytes are in one array. */
    boolean find(ByteString bytes) {
      array = NO_BYTES;
      parts = 0;
      try {
        UnsafeByteOperations.unsafeWriteTo(bytes, this);
      } catch (IOException e) {
        throw new AssertionError("this output never throws", e);
      }
      return parts == 1 && array != NO_BYTES;
    }

    @Override
    public void write(byte value) {
      parts++;
    }

    @Override
    public void write(byte[] value, int from, int length) {
      parts++; // A temporary array.
    }

    @Override
    public void writeLazy(byte[] value, int from, int length) {
      array = value;
      offset = from;
      parts++;
    }

    @Override
    public void write(ByteBuffer value) {
      parts++;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      parts++;
    }
  }

  // Builders that are used again, as each message needs one and they are large: each use sets or
  // clears every field. Those of entries are not here, because the JIT compiler removes them.
  private final Message.Builder message = Message.newBuilder();
  private final Append.Builder append = Append.newBuilder();
  private final AppendResponse.Builder appendResponse = AppendResponse.newBuilder();

  /**
   * The entries of the append that is parsed: a builder that gets all at once allocates exactly.
   */
  private List<Entry> entries = new ArrayList<>();

  private final ArrayFinder finder = new ArrayFinder();

  // What is parsed: from position to limit, which is the end of the innermost message.
  private byte[] in = NO_BYTES;
  private int position;
  private int limit;
  private boolean viewsAllowed;

  // What is encoded.
  private byte[] out = NO_BYTES;
  private int written;

  /** Creates a codec. */
  public MessageCodec() {}

  private static int varint(int field) {
    return field << 3;
  }

  private static int bytes(int field) {
    return field << 3 | 2;
  }

  // Parsing. The fields are expected as all official implementations write them: in the order of
  // their numbers, singular fields once.

  /**
   * Parses a message. The message does not refer to the array, which may be written to afterwards.
   *
   * @param bytes exactly one message
   * @return the message
   * @throws InvalidProtocolBufferException if the bytes are not a message
   */
  public Message parse(byte[] bytes) throws InvalidProtocolBufferException {
    return parse(bytes, 0, bytes.length);
  }

  /**
   * Parses a message. The message does not refer to the array, which may be written to afterwards.
   *
   * @param bytes contains the message
   * @param offset where the message begins
   * @param length the size of the message in bytes
   * @return the message
   * @throws InvalidProtocolBufferException if the bytes are not a message
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public Message parse(byte[] bytes, int offset, int length) throws InvalidProtocolBufferException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    try {
      return parseExpected(bytes, offset, length, false);
    } catch (UnexpectedBytesException e) {
      return Message.parser().parseFrom(bytes, offset, length);
    }
  }

  /**
   * Parses a message. The data of an append's entries are views of the given bytes, without a copy.
   * So all bytes of the message stay in memory as long as one of its entries with data does. A host
   * that never writes to a received array again passes {@link
   * UnsafeByteOperations#unsafeWrap(byte[])}.
   *
   * @param bytes exactly one message
   * @return the message
   * @throws InvalidProtocolBufferException if the bytes are not a message
   */
  public Message parse(ByteString bytes) throws InvalidProtocolBufferException {
    try {
      if (finder.find(bytes)) {
        return parseExpected(finder.array, finder.offset, bytes.size(), true);
      }
      byte[] copy = bytes.toByteArray();
      return parseExpected(copy, 0, copy.length, true);
    } catch (UnexpectedBytesException e) {
      return Message.parseFrom(bytes);
    } finally {
      finder.array = NO_BYTES;
    }
  }

  /** Parses a message without the generated parser. */
  Message parseExpected(byte[] bytes, int offset, int length, boolean views)
      throws UnexpectedBytesException {
    in = bytes;
    position = offset;
    limit = offset + length;
    viewsAllowed = views;
    try {
      readBody(readEnvelope());
      expect(END, readTag());
      return message.buildPartial(); // As build(): there are no required fields.
    } finally {
      in = NO_BYTES;
      forget();
    }
  }

  /** Keeps nothing of the message, nor much room after one with very many entries. */
  private void forget() {
    if (entries.size() > MAX_ROOM) {
      entries = new ArrayList<>();
    } else {
      entries.clear();
    }
    append.clearEntries().clearPrev();
    appendResponse.clearResult();
    message.clearBody();
  }

  /** Returns the tag after the envelope's own fields. */
  private int readEnvelope() throws UnexpectedBytesException {
    long from = 0;
    long to = 0;
    long term = 0;
    long group = 0;
    int tag = readTag();
    if (tag == FROM) {
      from = readVarint();
      tag = readTag();
    }
    if (tag == TO) {
      to = readVarint();
      tag = readTag();
    }
    if (tag == TERM) {
      term = readVarint();
      tag = readTag();
    }
    if (tag == GROUP) {
      group = readVarint();
      tag = readTag();
    }
    message.setFrom(from).setTo(to).setTerm(term).setGroup(group);
    return tag;
  }

  private void readBody(int tag) throws UnexpectedBytesException {
    int end = enter();
    if (tag == APPEND) {
      message.setAppend(readAppend());
    } else if (tag == APPEND_RESPONSE) {
      message.setAppendResponse(readAppendResponse());
    } else if (tag == HEARTBEAT) {
      message.setHeartbeat(readHeartbeat());
    } else if (tag == HEARTBEAT_RESPONSE) {
      message.setHeartbeatResponse(readHeartbeatResponse());
    } else {
      throw new UnexpectedBytesException();
    }
    limit = end;
  }

  private Append readAppend() throws UnexpectedBytesException {
    long commit = 0;
    boolean needsNoAnswer = false;
    int tag = readTag();
    if (tag == PREV) {
      int end = enter();
      append.setPrev(readId());
      limit = end;
      tag = readTag();
    }
    while (tag == ENTRIES) {
      int end = enter();
      entries.add(readEntry());
      limit = end;
      tag = readTag();
    }
    if (tag == APPEND_COMMIT) {
      commit = readVarint();
      tag = readTag();
    }
    if (tag == NEEDS_NO_ANSWER) {
      needsNoAnswer = readBool();
      tag = readTag();
    }
    expect(END, tag);
    if (!entries.isEmpty()) {
      append.addAllEntries(entries);
    }
    return append.setCommit(commit).setNeedsNoAnswer(needsNoAnswer).buildPartial();
  }

  private EntryId readId() throws UnexpectedBytesException {
    long index = 0;
    long term = 0;
    int tag = readTag();
    if (tag == ID_INDEX) {
      index = readVarint();
      tag = readTag();
    }
    if (tag == ID_TERM) {
      term = readVarint();
      tag = readTag();
    }
    expect(END, tag);
    return EntryId.newBuilder().setIndex(index).setTerm(term).buildPartial();
  }

  private Entry readEntry() throws UnexpectedBytesException {
    long term = 0;
    long index = 0;
    int type = 0;
    ByteString data = ByteString.EMPTY;
    int tag = readTag();
    if (tag == ENTRY_TERM) {
      term = readVarint();
      tag = readTag();
    }
    if (tag == ENTRY_INDEX) {
      index = readVarint();
      tag = readTag();
    }
    if (tag == ENTRY_TYPE) {
      type = (int) readVarint(); // An unknown value stays what it is, as in the generated parser.
      tag = readTag();
    }
    if (tag == ENTRY_DATA) {
      data = readData();
      tag = readTag();
    }
    expect(END, tag);
    return Entry.newBuilder()
        .setTerm(term)
        .setIndex(index)
        .setTypeValue(type)
        .setData(data)
        .buildPartial();
  }

  private AppendResponse readAppendResponse() throws UnexpectedBytesException {
    long commit = 0;
    int tag = readTag();
    if (tag == ACCEPTED) {
      int end = enter();
      appendResponse.setAccepted(readAccepted());
      limit = end;
      tag = readTag();
    }
    if (tag == RESPONSE_COMMIT) {
      commit = readVarint();
      tag = readTag();
    }
    expect(END, tag);
    return appendResponse.setCommit(commit).buildPartial();
  }

  private AppendResponse.Accepted readAccepted() throws UnexpectedBytesException {
    long match = 0;
    int tag = readTag();
    if (tag == MATCH) {
      match = readVarint();
      tag = readTag();
    }
    expect(END, tag);
    return AppendResponse.Accepted.newBuilder().setMatch(match).buildPartial();
  }

  private Heartbeat readHeartbeat() throws UnexpectedBytesException {
    long commit = 0;
    long round = 0;
    boolean quiesce = false;
    int tag = readTag();
    if (tag == HEARTBEAT_COMMIT) {
      commit = readVarint();
      tag = readTag();
    }
    if (tag == HEARTBEAT_ROUND) {
      round = readVarint();
      tag = readTag();
    }
    if (tag == QUIESCE) {
      quiesce = readBool();
      tag = readTag();
    }
    expect(END, tag);
    return Heartbeat.newBuilder()
        .setCommit(commit)
        .setRound(round)
        .setQuiesce(quiesce)
        .buildPartial();
  }

  private HeartbeatResponse readHeartbeatResponse() throws UnexpectedBytesException {
    long round = 0;
    boolean quiesced = false;
    int tag = readTag();
    if (tag == RESPONSE_ROUND) {
      round = readVarint();
      tag = readTag();
    }
    if (tag == QUIESCED) {
      quiesced = readBool();
      tag = readTag();
    }
    expect(END, tag);
    return HeartbeatResponse.newBuilder().setRound(round).setQuiesced(quiesced).buildPartial();
  }

  private static void expect(int expected, int tag) throws UnexpectedBytesException {
    if (tag != expected) {
      throw new UnexpectedBytesException();
    }
  }

  /** Reads a length and makes its end the limit. Returns the limit before, to be restored. */
  private int enter() throws UnexpectedBytesException {
    long length = readVarint();
    if (length > limit - position) {
      throw new UnexpectedBytesException();
    }
    int outer = limit;
    limit = position + (int) length;
    return outer;
  }

  /** Returns the next tag of one byte, or {@link #END} at the limit. */
  private int readTag() {
    return position == limit ? END : in[position++] & 0xff;
  }

  /** Reads at most nine bytes, so the value is never negative. No valid value has ten. */
  private long readVarint() throws UnexpectedBytesException {
    byte[] bytes = in;
    int at = position;
    int end = limit;
    long value = 0;
    for (int shift = 0; shift < 63 && at < end; shift += 7) {
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        position = at;
        return value;
      }
    }
    throw new UnexpectedBytesException();
  }

  private boolean readBool() throws UnexpectedBytesException {
    return readVarint() != 0;
  }

  private ByteString readData() throws UnexpectedBytesException {
    int end = enter();
    int start = position;
    int length = limit - start;
    position = limit;
    limit = end;
    if (length == 0) {
      return ByteString.EMPTY; // A view would keep the bytes of the message in memory.
    }
    return viewsAllowed
        ? UnsafeByteOperations.unsafeWrap(in, start, length)
        : ByteString.copyFrom(in, start, length);
  }

  // Encoding. The lengths are those of the generated classes, which compute each of them once.

  /**
   * Encodes a message.
   *
   * @param message the message
   * @return its bytes, those of {@link Message#toByteArray()}, in a new array
   */
  public byte[] encode(Message message) {
    return switch (message.getBodyCase()) {
      case APPEND, APPEND_RESPONSE, HEARTBEAT, HEARTBEAT_RESPONSE -> {
        byte[] bytes = new byte[message.getSerializedSize()];
        // Fewer bytes: there is a field, perhaps an unknown one, that is not written here.
        yield writeKnown(message, bytes) == bytes.length ? bytes : message.toByteArray();
      }
      default -> message.toByteArray();
    };
  }

  /**
   * Writes the known fields of a message with one of the bodies that are written here.
   *
   * @param bytes as many bytes as the message has
   * @return the number of bytes that were written
   */
  int writeKnown(Message message, byte[] bytes) {
    out = bytes;
    written = 0;
    writeUnlessZero(FROM, message.getFrom());
    writeUnlessZero(TO, message.getTo());
    writeUnlessZero(TERM, message.getTerm());
    writeUnlessZero(GROUP, message.getGroup());
    if (message.hasAppend()) {
      write(message.getAppend());
    } else if (message.hasAppendResponse()) {
      write(message.getAppendResponse());
    } else if (message.hasHeartbeat()) {
      write(message.getHeartbeat());
    } else {
      write(message.getHeartbeatResponse());
    }
    out = NO_BYTES;
    return written;
  }

  private void write(Append body) {
    write(APPEND, body.getSerializedSize());
    if (body.hasPrev()) {
      EntryId prev = body.getPrev();
      write(PREV, prev.getSerializedSize());
      writeUnlessZero(ID_INDEX, prev.getIndex());
      writeUnlessZero(ID_TERM, prev.getTerm());
    }
    for (int i = 0; i < body.getEntriesCount(); i++) {
      write(body.getEntries(i));
    }
    writeUnlessZero(APPEND_COMMIT, body.getCommit());
    writeUnlessZero(NEEDS_NO_ANSWER, body.getNeedsNoAnswer() ? 1 : 0);
  }

  private void write(Entry entry) {
    write(ENTRIES, entry.getSerializedSize());
    writeUnlessZero(ENTRY_TERM, entry.getTerm());
    writeUnlessZero(ENTRY_INDEX, entry.getIndex());
    writeUnlessZero(ENTRY_TYPE, entry.getTypeValue());
    ByteString data = entry.getData();
    if (!data.isEmpty()) {
      write(ENTRY_DATA, data.size());
      data.copyTo(out, written);
      written += data.size();
    }
  }

  private void write(AppendResponse body) {
    write(APPEND_RESPONSE, body.getSerializedSize());
    if (body.hasAccepted()) {
      AppendResponse.Accepted accepted = body.getAccepted();
      write(ACCEPTED, accepted.getSerializedSize());
      writeUnlessZero(MATCH, accepted.getMatch());
    }
    writeUnlessZero(RESPONSE_COMMIT, body.getCommit());
  }

  private void write(Heartbeat body) {
    write(HEARTBEAT, body.getSerializedSize());
    writeUnlessZero(HEARTBEAT_COMMIT, body.getCommit());
    writeUnlessZero(HEARTBEAT_ROUND, body.getRound());
    writeUnlessZero(QUIESCE, body.getQuiesce() ? 1 : 0);
  }

  private void write(HeartbeatResponse body) {
    write(HEARTBEAT_RESPONSE, body.getSerializedSize());
    writeUnlessZero(RESPONSE_ROUND, body.getRound());
    writeUnlessZero(QUIESCED, body.getQuiesced() ? 1 : 0);
  }

  private void writeUnlessZero(int tag, long value) {
    if (value != 0) {
      write(tag, value);
    }
  }

  /** Writes a tag, and a value or length as a varint. */
  private void write(int tag, long value) {
    byte[] bytes = out;
    int at = written;
    bytes[at++] = (byte) tag;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    written = at;
  }
}
