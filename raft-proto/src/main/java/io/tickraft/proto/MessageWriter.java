package io.tickraft.proto;

import com.google.protobuf.ByteString;

/**
 * Writes the messages of normal operation. The lengths are those of the generated classes, which
 * compute each of them once. Used again for each message, and keeps no reference to its bytes.
 */
final class MessageWriter {

  private static final byte[] NO_BYTES = {};

  private byte[] out = NO_BYTES;
  private int written;

  /**
   * Writes the known fields of a message with one of the bodies that are written here.
   *
   * @param bytes as many bytes as the message has
   * @return the number of bytes that were written
   */
  int write(Message message, byte[] bytes) {
    out = bytes;
    written = 0;
    writeUnlessZero(Tags.FROM, message.getFrom());
    writeUnlessZero(Tags.TO, message.getTo());
    writeUnlessZero(Tags.TERM, message.getTerm());
    writeUnlessZero(Tags.GROUP, message.getGroup());
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
    write(Tags.APPEND, body.getSerializedSize());
    if (body.hasPrev()) {
      EntryId prev = body.getPrev();
      write(Tags.PREV, prev.getSerializedSize());
      writeUnlessZero(Tags.ID_INDEX, prev.getIndex());
      writeUnlessZero(Tags.ID_TERM, prev.getTerm());
    }
    for (int i = 0; i < body.getEntriesCount(); i++) {
      write(body.getEntries(i));
    }
    writeUnlessZero(Tags.APPEND_COMMIT, body.getCommit());
    writeUnlessZero(Tags.NEEDS_NO_ANSWER, body.getNeedsNoAnswer() ? 1 : 0);
  }

  private void write(Entry entry) {
    write(Tags.ENTRIES, entry.getSerializedSize());
    writeUnlessZero(Tags.ENTRY_TERM, entry.getTerm());
    writeUnlessZero(Tags.ENTRY_INDEX, entry.getIndex());
    writeUnlessZero(Tags.ENTRY_TYPE, entry.getTypeValue());
    ByteString data = entry.getData();
    if (!data.isEmpty()) {
      write(Tags.ENTRY_DATA, data.size());
      data.copyTo(out, written);
      written += data.size();
    }
  }

  private void write(AppendResponse body) {
    write(Tags.APPEND_RESPONSE, body.getSerializedSize());
    if (body.hasAccepted()) {
      AppendResponse.Accepted accepted = body.getAccepted();
      write(Tags.ACCEPTED, accepted.getSerializedSize());
      writeUnlessZero(Tags.MATCH, accepted.getMatch());
    }
    writeUnlessZero(Tags.RESPONSE_COMMIT, body.getCommit());
  }

  private void write(Heartbeat body) {
    write(Tags.HEARTBEAT, body.getSerializedSize());
    writeUnlessZero(Tags.HEARTBEAT_COMMIT, body.getCommit());
    writeUnlessZero(Tags.HEARTBEAT_ROUND, body.getRound());
    writeUnlessZero(Tags.QUIESCE, body.getQuiesce() ? 1 : 0);
  }

  private void write(HeartbeatResponse body) {
    write(Tags.HEARTBEAT_RESPONSE, body.getSerializedSize());
    writeUnlessZero(Tags.RESPONSE_ROUND, body.getRound());
    writeUnlessZero(Tags.QUIESCED, body.getQuiesced() ? 1 : 0);
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
