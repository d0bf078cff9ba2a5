package io.tickraft.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec has the results of the generated classes, and its own code for the hot messages. */
final class MessageCodecTest {

  private static final HexFormat HEX = HexFormat.of();

  /** The samples that the codec encodes and parses itself. */
  private static final List<String> HOT =
      List.of(
          "Message.append",
          "Message.append_response.accepted",
          "Message.heartbeat",
          "Message.heartbeat_response");

  private final MessageCodec codec = new MessageCodec();
  private final MessageParser parser = new MessageParser();
  private final MessageWriter writer = new MessageWriter();
  private final CodecComparison comparison = new CodecComparison();

  private static final Map<String, byte[]> SAMPLES = allSamples();

  private static Map<String, byte[]> allSamples() {
    Map<String, byte[]> samples = new TreeMap<>();
    Filled.samples(Message.getDescriptor())
        .forEach((name, message) -> samples.put(name, message.toByteArray()));
    return samples;
  }

  static Stream<String> samples() {
    return SAMPLES.keySet().stream();
  }

  static Stream<String> hotSamples() {
    return HOT.stream();
  }

  private static byte[] bytes(String hex) {
    return HEX.parseHex(hex.replace(" ", ""));
  }

  private static Entry entry(long index, byte[] data) {
    return Entry.newBuilder()
        .setTerm(3)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(ByteString.copyFrom(data))
        .build();
  }

  private static Message append(Append.Builder body) {
    return Message.newBuilder().setFrom(1).setTo(2).setTerm(3).setAppend(body).build();
  }

  private static Message append(int entries, int dataBytes) {
    Append.Builder body = Append.newBuilder().setPrev(EntryId.newBuilder().setIndex(6).setTerm(2));
    for (int i = 0; i < entries; i++) {
      byte[] data = new byte[dataBytes];
      Arrays.fill(data, (byte) i);
      body.addEntries(entry(7 + i, data));
    }
    return append(body.setCommit(5));
  }

  // Results.

  @Test
  void theHotMessagesAreTheseBytes() throws InvalidProtocolBufferException {
    Map<String, Message> golden = new TreeMap<>();
    golden.put(
        "0801 1002 1803 5215" // the envelope
            + "0a04 0806 1002" // prev
            + "1209 0803 1007 1802 2201 61" // an entry
            + "1805 2001", // commit, needs_no_answer
        append(
            Append.newBuilder()
                .setPrev(EntryId.newBuilder().setIndex(6).setTerm(2))
                .addEntries(entry(7, new byte[] {'a'}))
                .setCommit(5)
                .setNeedsNoAnswer(true)));
    golden.put(
        "0801 1002 1803 2009 5a07 0a03 08ac02 1805",
        Message.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setTerm(3)
            .setGroup(9)
            .setAppendResponse(
                AppendResponse.newBuilder()
                    .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(300))
                    .setCommit(5))
            .build());
    golden.put(
        "0801 1002 1803 6207 08ac02 1007 1801",
        Message.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setTerm(3)
            .setHeartbeat(Heartbeat.newBuilder().setCommit(300).setRound(7).setQuiesce(true))
            .build());
    golden.put(
        "0801 1002 1803 6a04 0807 1001",
        Message.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setTerm(3)
            .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(7).setQuiesced(true))
            .build());

    for (Map.Entry<String, Message> pair : golden.entrySet()) {
      byte[] bytes = bytes(pair.getKey());
      assertThat(HEX.formatHex(codec.encode(pair.getValue()))).isEqualTo(HEX.formatHex(bytes));
      assertThat(codec.parse(bytes)).isEqualTo(pair.getValue());
      assertThat(codec.parse(ByteString.copyFrom(bytes))).isEqualTo(pair.getValue());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyKindOfMessageIsReadAndWrittenAsByTheGeneratedClasses(String sample) {
    comparison.checkAllInputs(SAMPLES.get(sample));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 16, 1_000})
  void anyNumberOfEntriesOfAnySizeIsReadAndWritten(int entries) {
    for (int dataBytes : new int[] {0, 1, 127, 128, 300}) {
      Message message = append(entries, dataBytes);
      byte[] bytes = message.toByteArray();
      comparison.checkAllInputs(bytes);
      assertThat(writer.write(message, bytes)).isEqualTo(bytes.length);
    }
  }

  @Test
  void numbersOfEveryLengthAreReadAndWritten() {
    for (int bits = 0; bits <= 64; bits++) {
      long number = bits == 0 ? 0 : -1L >>> (64 - bits);
      EntryId prev = EntryId.newBuilder().setIndex(number).setTerm(number).build();
      Entry entry = Entry.newBuilder().setIndex(number).setTypeValue((int) number).build();
      comparison.check(
          append(Append.newBuilder().setPrev(prev).addEntries(entry).setCommit(number))
              .toByteArray());
      comparison.check(
          Message.newBuilder()
              .setFrom(number)
              .setTo(number)
              .setTerm(number)
              .setGroup(number)
              .setAppendResponse(
                  AppendResponse.newBuilder()
                      .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(number))
                      .setCommit(number))
              .build()
              .toByteArray());
    }
  }

  @Test
  void presentButEmptyIsNotAbsent() throws InvalidProtocolBufferException {
    Message absent = append(Append.newBuilder());
    Message empty = append(Append.newBuilder().setPrev(EntryId.getDefaultInstance()));

    assertThat(codec.parse(empty.toByteArray()).getAppend().hasPrev()).isTrue();
    assertThat(codec.parse(absent.toByteArray()).getAppend().hasPrev()).isFalse();
    comparison.check(bytes("5a00")); // a response without a result
    comparison.check(bytes("5a02 0a00"));
    comparison.check(bytes("5200"));
    comparison.check(bytes("5202 1200")); // an empty entry
    comparison.check(bytes(""));
  }

  // Unexpected bytes.

  @ParameterizedTest
  @MethodSource("samples")
  void aTruncatedMessageIsTreatedAsByTheGeneratedParser(String sample) {
    byte[] bytes = SAMPLES.get(sample);
    for (int length = 0; length < bytes.length; length++) {
      comparison.checkAllInputs(Arrays.copyOf(bytes, length));
    }
    assertThat(comparison.malformed).isPositive();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aFlippedBitIsTreatedAsByTheGeneratedParser(String sample) {
    byte[] bytes = SAMPLES.get(sample);
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      comparison.check(flipped);
    }
    assertThat(comparison.malformed).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0801 0802", // a field twice
        "1002 0801", // another order
        "5202 1805 5202 1807", // a body twice: the second is merged into the first
        "5204 1202 0801 6202 0803", // two bodies: the last counts
        "5a04 0a00 1200", // two results: the last counts
        "5a02 0a00 5a02 1200",
        "5206 0a02 0801 0a02 1002", // prev twice
        "5204 1805 1200", // an entry after the commit index
        "5206 1204 2201 61 22", // a second payload, truncated
        "5208 1206 2201 61 2201 62", // two payloads
        "5202 1805 0801", // the sender after the body
        "0881 00", // a varint with a byte too many
        "0881 8080 8080 8080 8000", // nine and ten bytes
        "0881 8080 8080 8080 8080 00",
        "08ff ffff ffff ffff ffff 01",
        "08ff ffff ffff ffff ffff 7f", // bits beyond the 64th
        "0881 8080 8080 8080 8080 8000", // eleven bytes
        "52 8200 1805", // a length with a byte too many
        "5204 12 8200 0801",
        "52 8280 8080 1000", // a length above 2^32
        "52 8280 8080 10 1805",
        "52ff ffff ff07", // a length of 2^31-1
        "52ff ffff ff0f", // a negative length
        "52ff ffff ffff ffff ffff 01",
        "5206 1204 22ff ffff ff07",
        "5206 12ff ffff ff07 22",
        "5202 1203", // beyond the end of the body, or of everything
        "5202 1201 0801",
        "5204 1203 2202 6162 63",
        "520c", // an end-group tag, a group, and others
        "0c",
        "0b 0c",
        "5202 0b0c",
        "5201 0c",
        "5203 1201 0c",
        "00", // field number 0
        "5201 00",
        "5203 1201 00",
        "0a00", // another wire type
        "0d01 0203 04",
        "0901 0203 0405 0607 08",
        "5001",
        "5202 0801",
        "5202 1001",
        "5202 1a00",
        "5204 1202 2001",
        "0e",
        "07",
        "8800 01", // tags with a byte too many
        "d200 00",
        "5205 9a00 01",
        "2801", // a reserved field
        "e201 00", // a body to come
        "5202 2801", // an unknown field in each message
        "5204 0a02 1801",
        "5204 1202 2801",
        "5a02 2001",
        "5a04 0a02 1001",
        "6202 2001",
        "6a02 1801",
        "5204 1202 184d", // an unknown type of an entry, also a negative one
        "520d 120b 18ff ffff ffff ffff ffff 01",
        "5207 1205 18ff ffff ff0f",
        "5207 1205 1880 8080 8010", // a type of 2^32
        "5202 2002", // a bool that is neither 0 nor 1
        "5202 2000",
        "5207 2080 8080 8010",
        "5a06 1204 0801 1801", // a rejection
      })
  void unusualBytesAreTreatedAsByTheGeneratedParser(String hex) {
    comparison.checkAllInputs(bytes(hex));
    comparison.checkAllInputs(bytes("0801 1002 1803" + hex));
    comparison.checkAllInputs(bytes(hex + "0801"));
  }

  @Test
  void unknownFieldsAreKeptAtEveryLevel() throws InvalidProtocolBufferException {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(1000, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
            .build();
    Message plain = append(2, 3);
    Append body = plain.getAppend();
    EntryId prev = body.getPrev().toBuilder().setUnknownFields(unknown).build();
    Entry entry = body.getEntries(0).toBuilder().setUnknownFields(unknown).build();
    for (Message message :
        List.of(
            plain.toBuilder().setUnknownFields(unknown).build(),
            append(body.toBuilder().setUnknownFields(unknown)),
            append(body.toBuilder().setPrev(prev)),
            append(body.toBuilder().setEntries(0, entry)))) {
      assertThat(codec.encode(message)).isEqualTo(message.toByteArray());
      assertThat(codec.parse(message.toByteArray())).isEqualTo(message);
    }
  }

  @Test
  void aCodecKeepsNothingOfTheMessagesThatItHasParsed() throws InvalidProtocolBufferException {
    MessageCodec codec = new MessageCodec();

    WeakReference<byte[]> frame = parseOneFrame(codec);

    for (int i = 0; i < 50 && frame.get() != null; i++) {
      System.gc();
    }
    assertThat(frame.get()).isNull();
    assertThat(codec.parse(Message.getDefaultInstance().toByteArray()))
        .isEqualTo(Message.getDefaultInstance());
  }

  /** Nothing but the codec can hold the bytes afterwards. */
  private static WeakReference<byte[]> parseOneFrame(MessageCodec codec)
      throws InvalidProtocolBufferException {
    Entry entry =
        Entry.newBuilder().setTerm(1).setIndex(1).setData(ByteString.copyFromUtf8("data")).build();
    Message append =
        Message.newBuilder().setTo(2).setAppend(Append.newBuilder().addEntries(entry)).build();
    byte[] bytes = append.toByteArray();
    assertThat(codec.parse(UnsafeByteOperations.unsafeWrap(bytes))).isEqualTo(append);
    return new WeakReference<>(bytes);
  }

  @Test
  void aCodecCanBeUsedAfterAnException() throws InvalidProtocolBufferException {
    byte[] bytes = append(3, 4).toByteArray();
    for (int length = 1; length < bytes.length; length++) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      boolean isComplete = length == 2 || length == 4 || length == 6; // No body yet.
      if (!isComplete) {
        assertThatThrownBy(() -> codec.parse(truncated))
            .isInstanceOf(InvalidProtocolBufferException.class);
      }

      assertThat(codec.parse(append(1, 2).toByteArray())).isEqualTo(append(1, 2));
      assertThat(codec.parse(ByteString.copyFrom(bytes))).isEqualTo(append(3, 4));
    }
  }

  @Test
  void nothingOfAMessageIsInTheNext() throws InvalidProtocolBufferException {
    List<String> names = List.copyOf(SAMPLES.keySet());
    for (String before : names) {
      for (String sample : names) {
        byte[] bytes = SAMPLES.get(sample);
        codec.parse(SAMPLES.get(before));

        assertThat(codec.parse(bytes)).isEqualTo(Message.parseFrom(bytes));
        assertThat(codec.parse(bytes("5200"))).isEqualTo(Message.parseFrom(bytes("5200")));
        assertThat(codec.parse(bytes("5a00"))).isEqualTo(Message.parseFrom(bytes("5a00")));
      }
    }
  }

  @Test
  void aRangeMustBeWithinTheArray() {
    byte[] bytes = bytes("0801 1002 1803");

    assertThatThrownBy(() -> codec.parse(bytes, 2, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> codec.parse(bytes, -1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> codec.parse(bytes, 1, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void nullIsNamed() {
    assertThatThrownBy(() -> codec.encode(null)).hasMessage("message");
    assertThatThrownBy(() -> codec.parse((byte[]) null)).hasMessage("bytes");
    assertThatThrownBy(() -> codec.parse(null, 0, 0)).hasMessage("bytes");
    assertThatThrownBy(() -> codec.parse((ByteString) null)).hasMessage("bytes");
  }

  // Views and copies.

  @Test
  void theDataOfEntriesAreViewsOfAByteString() throws InvalidProtocolBufferException {
    byte[] bytes = append(2, 5).toByteArray();

    Message message = codec.parse(UnsafeByteOperations.unsafeWrap(bytes));
    Arrays.fill(bytes, (byte) 9);

    for (Entry entry : message.getAppend().getEntriesList()) {
      assertThat(entry.getData().toByteArray()).containsOnly(9).hasSize(5);
    }
  }

  @Test
  void aMessageDoesNotReferToAnArray() throws InvalidProtocolBufferException {
    byte[] bytes = append(2, 5).toByteArray();

    Message whole = codec.parse(bytes);
    Message part = codec.parse(bytes, 0, bytes.length);
    Arrays.fill(bytes, (byte) 9);

    assertThat(whole).isEqualTo(append(2, 5));
    assertThat(part).isEqualTo(append(2, 5));
  }

  @Test
  void aMessageDoesNotReferToABufferThatIsNotAnArray() throws InvalidProtocolBufferException {
    Message original = append(1, 200);
    byte[] bytes = original.toByteArray();
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
    direct.put(bytes).flip();

    Message message = codec.parse(UnsafeByteOperations.unsafeWrap(direct));
    direct.put(0, new byte[bytes.length]);

    assertThat(message).isEqualTo(original);
  }

  @Test
  void emptyDataKeepNoBytes() throws InvalidProtocolBufferException {
    Message message = codec.parse(ByteString.copyFrom(bytes("5204 1202 2200")));

    assertThat(message.getAppend().getEntries(0).getData()).isSameAs(ByteString.EMPTY);
  }

  @Test
  void eachEncodingIsANewArray() {
    Message message = append(2, 5);

    assertThat(codec.encode(message)).isNotSameAs(codec.encode(message));
  }

  // What a new field in raft.proto would slow down.

  @ParameterizedTest
  @MethodSource("hotSamples")
  void aHotMessageWithEveryFieldSetNeedsNoGeneratedCode(String sample) throws Exception {
    byte[] bytes = SAMPLES.get(sample);
    Message message = Message.parseFrom(bytes);

    assertThat(parser.parse(bytes, 0, bytes.length, false)).isEqualTo(message);
    assertThat(writer.write(message, new byte[bytes.length])).isEqualTo(bytes.length);
  }

  @Test
  void aHotMessageWithoutAnyFieldNeedsNoGeneratedCode() throws Exception {
    for (String hex :
        List.of("5200", "5202 0a00", "5202 1200", "5a00", "5a02 0a00", "6200", "6a00")) {
      byte[] bytes = bytes(hex);

      Message message = Message.parseFrom(bytes);
      assertThat(parser.parse(bytes, 0, bytes.length, false)).isEqualTo(message);
      assertThat(writer.write(message, new byte[bytes.length])).isEqualTo(bytes.length);
    }
  }

  @Test
  void aPartOfAnArrayNeedsNoGeneratedCode() throws Exception {
    byte[] bytes = append(1, 200).toByteArray();
    byte[] wider = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, wider, 2, bytes.length);

    assertThat(parser.parse(wider, 2, bytes.length, false)).isEqualTo(append(1, 200));

    // The generated parser copies data, so a view shows who parsed.
    Message message = codec.parse(UnsafeByteOperations.unsafeWrap(wider, 2, bytes.length));
    Arrays.fill(wider, (byte) 9);
    assertThat(message.getAppend().getEntries(0).getData().toByteArray()).containsOnly(9);
  }
}
