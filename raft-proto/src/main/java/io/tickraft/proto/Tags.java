package io.tickraft.proto;

/**
 * The tags of the fields that {@link MessageParser} reads and {@link MessageWriter} writes, as
 * single bytes: no field number here is above 15.
 */
final class Tags {

  static final int FROM = varint(Message.FROM_FIELD_NUMBER);
  static final int TO = varint(Message.TO_FIELD_NUMBER);
  static final int TERM = varint(Message.TERM_FIELD_NUMBER);
  static final int GROUP = varint(Message.GROUP_FIELD_NUMBER);
  static final int APPEND = bytes(Message.APPEND_FIELD_NUMBER);
  static final int APPEND_RESPONSE = bytes(Message.APPEND_RESPONSE_FIELD_NUMBER);
  static final int HEARTBEAT = bytes(Message.HEARTBEAT_FIELD_NUMBER);
  static final int HEARTBEAT_RESPONSE = bytes(Message.HEARTBEAT_RESPONSE_FIELD_NUMBER);

  static final int ID_INDEX = varint(EntryId.INDEX_FIELD_NUMBER);
  static final int ID_TERM = varint(EntryId.TERM_FIELD_NUMBER);

  static final int ENTRY_TERM = varint(Entry.TERM_FIELD_NUMBER);
  static final int ENTRY_INDEX = varint(Entry.INDEX_FIELD_NUMBER);
  static final int ENTRY_TYPE = varint(Entry.TYPE_FIELD_NUMBER);
  static final int ENTRY_DATA = bytes(Entry.DATA_FIELD_NUMBER);

  static final int PREV = bytes(Append.PREV_FIELD_NUMBER);
  static final int ENTRIES = bytes(Append.ENTRIES_FIELD_NUMBER);
  static final int APPEND_COMMIT = varint(Append.COMMIT_FIELD_NUMBER);
  static final int NEEDS_NO_ANSWER = varint(Append.NEEDS_NO_ANSWER_FIELD_NUMBER);

  static final int ACCEPTED = bytes(AppendResponse.ACCEPTED_FIELD_NUMBER);
  static final int MATCH = varint(AppendResponse.Accepted.MATCH_FIELD_NUMBER);
  static final int RESPONSE_COMMIT = varint(AppendResponse.COMMIT_FIELD_NUMBER);

  static final int HEARTBEAT_COMMIT = varint(Heartbeat.COMMIT_FIELD_NUMBER);
  static final int HEARTBEAT_ROUND = varint(Heartbeat.ROUND_FIELD_NUMBER);
  static final int QUIESCE = varint(Heartbeat.QUIESCE_FIELD_NUMBER);

  static final int RESPONSE_ROUND = varint(HeartbeatResponse.ROUND_FIELD_NUMBER);
  static final int QUIESCED = varint(HeartbeatResponse.QUIESCED_FIELD_NUMBER);

  private Tags() {}

  private static int varint(int field) {
    return field << 3;
  }

  private static int bytes(int field) {
    return field << 3 | 2;
  }
}
