package io.tickraft.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the messages of normal operation in the form that all official implementations of protobuf
 * write: fields in the order of their numbers, singular fields once. Used again for each message,
 * and keeps no reference to a message or to its bytes.
 */
final class MessageParser {

  /** In place of a tag: the message ends here. */
  private static final int END = -1;

  private static final byte[] NO_BYTES = {};

  /** The room for entries that a codec keeps for the next append. */
  private static final int MAX_ROOM = 4096;

  // Builders that are used again, as each message needs one and they are large: each use sets or
  // clears every field. Those of entries are not here, because the JIT compiler removes them.
  private final Message.Builder message = Message.newBuilder();
  private final Append.Builder append = Append.newBuilder();
  private final AppendResponse.Builder appendResponse = AppendResponse.newBuilder();

  /**
   * The entries of the append that is parsed: a builder that gets all at once allocates exactly.
   */
  private List<Entry> entries = new ArrayList<>();

  // What is parsed: from position to limit, which is the end of the innermost message.
  private byte[] in = NO_BYTES;
  private int position;
  private int limit;
  private boolean viewsAllowed;

  /**
   * Parses a message.
   *
   * @param bytes contains the message
   * @param offset where the message begins
   * @param length the size of the message in bytes
   * @param views whether the data of entries may be views of the array
   * @return the message
   * @throws UnexpectedBytesException if the bytes are not the official form of a message that this
   *     class reads
   */
  Message parse(byte[] bytes, int offset, int length, boolean views)
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
    if (tag == Tags.FROM) {
      from = readVarint();
      tag = readTag();
    }
    if (tag == Tags.TO) {
      to = readVarint();
      tag = readTag();
    }
    if (tag == Tags.TERM) {
      term = readVarint();
      tag = readTag();
    }
    if (tag == Tags.GROUP) {
      group = readVarint();
      tag = readTag();
    }
    message.setFrom(from).setTo(to).setTerm(term).setGroup(group);
    return tag;
  }

  private void readBody(int tag) throws UnexpectedBytesException {
    int end = enter();
    if (tag == Tags.APPEND) {
      message.setAppend(readAppend());
    } else if (tag == Tags.APPEND_RESPONSE) {
      message.setAppendResponse(readAppendResponse());
    } else if (tag == Tags.HEARTBEAT) {
      message.setHeartbeat(readHeartbeat());
    } else if (tag == Tags.HEARTBEAT_RESPONSE) {
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
    if (tag == Tags.PREV) {
      int end = enter();
      append.setPrev(readId());
      limit = end;
      tag = readTag();
    }
    while (tag == Tags.ENTRIES) {
      int end = enter();
      entries.add(readEntry());
      limit = end;
      tag = readTag();
    }
    if (tag == Tags.APPEND_COMMIT) {
      commit = readVarint();
      tag = readTag();
    }
    if (tag == Tags.NEEDS_NO_ANSWER) {
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
    if (tag == Tags.ID_INDEX) {
      index = readVarint();
      tag = readTag();
    }
    if (tag == Tags.ID_TERM) {
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
    if (tag == Tags.ENTRY_TERM) {
      term = readVarint();
      tag = readTag();
    }
    if (tag == Tags.ENTRY_INDEX) {
      index = readVarint();
      tag = readTag();
    }
    if (tag == Tags.ENTRY_TYPE) {
      type = (int) readVarint(); // An unknown value stays what it is, as in the generated parser.
      tag = readTag();
    }
    if (tag == Tags.ENTRY_DATA) {
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
    if (tag == Tags.ACCEPTED) {
      int end = enter();
      appendResponse.setAccepted(readAccepted());
      limit = end;
      tag = readTag();
    }
    if (tag == Tags.RESPONSE_COMMIT) {
      commit = readVarint();
      tag = readTag();
    }
    expect(END, tag);
    return appendResponse.setCommit(commit).buildPartial();
  }

  private AppendResponse.Accepted readAccepted() throws UnexpectedBytesException {
    long match = 0;
    int tag = readTag();
    if (tag == Tags.MATCH) {
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
    if (tag == Tags.HEARTBEAT_COMMIT) {
      commit = readVarint();
      tag = readTag();
    }
    if (tag == Tags.HEARTBEAT_ROUND) {
      round = readVarint();
      tag = readTag();
    }
    if (tag == Tags.QUIESCE) {
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
    if (tag == Tags.RESPONSE_ROUND) {
      round = readVarint();
      tag = readTag();
    }
    if (tag == Tags.QUIESCED) {
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
}
