package io.tickraft.proto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pins the bytes of the wire format, as nodes of different versions share a group and a disk
 * outlives a version. The files that this test reads may grow: by lines, and within a line of
 * golden bytes by those of an added field. What is there stays.
 */
final class WireFormatTest {

  private static final HexFormat HEX = HexFormat.of();

  /** What travels or is stored as a whole. */
  private static final List<Descriptor> WHOLE =
      List.of(
          Message.getDescriptor(),
          HardState.getDescriptor(),
          Entry.getDescriptor(),
          Snapshot.getDescriptor(),
          ConfState.getDescriptor(),
          ConfChange.getDescriptor());

  static Stream<String> samples() {
    return allSamples().keySet().stream();
  }

  private static Map<String, DynamicMessage> allSamples() {
    Map<String, DynamicMessage> samples = new TreeMap<>();
    WHOLE.forEach(type -> samples.putAll(Filled.samples(type)));
    return samples;
  }

  private static Map<String, String> goldenBytes() {
    Map<String, String> golden = new TreeMap<>();
    for (String line : lines("golden-bytes.txt")) {
      String[] nameAndHex = line.split(" ", 2);
      golden.put(nameAndHex[0], nameAndHex[1]);
    }
    return golden;
  }

  private static List<String> lines(String resource) {
    try (InputStream in = WireFormatTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  // Bytes.

  @Test
  void aHeartbeatIsTheseBytes() {
    Message heartbeat =
        Message.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setTerm(5)
            .setHeartbeat(Heartbeat.newBuilder().setCommit(300).setRound(7).build())
            .build();

    assertThat(HEX.formatHex(heartbeat.toByteArray())) //
        .isEqualTo("0801" + "1002" + "1805" + "6205" + "08ac02" + "1007");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aMessageWithEveryFieldSetIsItsGoldenBytes(String sample) {
    byte[] bytes = allSamples().get(sample).toByteArray();

    assertThat(HEX.formatHex(bytes)).isEqualTo(goldenBytes().get(sample));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void goldenBytesAreReadAsTheMessageWithEveryFieldSet(String sample)
      throws InvalidProtocolBufferException {
    DynamicMessage expected = allSamples().get(sample);

    DynamicMessage read =
        DynamicMessage.parseFrom(
            expected.getDescriptorForType(), HEX.parseHex(goldenBytes().get(sample)));

    assertThat(read).isEqualTo(expected);
    assertThat(read.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void goldenBytesAreThereForExactlyTheSamples() {
    assertThat(goldenBytes().keySet()).isEqualTo(allSamples().keySet());
  }

  @Test
  void samplesCoverEveryKindOfMessageAndEveryResult() {
    List<String> expected = new ArrayList<>();
    for (FieldDescriptor body : Message.getDescriptor().getOneofs().get(0).getFields()) {
      String name = "Message." + body.getName();
      if (body.getMessageType().getOneofs().isEmpty()) {
        expected.add(name);
      } else {
        body.getMessageType()
            .getOneofs()
            .get(0)
            .getFields()
            .forEach(result -> expected.add(name + "." + result.getName()));
      }
    }

    assertThat(expected).hasSizeGreaterThan(18);
    assertThat(allSamples().keySet()).containsAll(expected);
  }

  // Numbers.

  private static List<String> fieldsAndValues() {
    List<String> all = new ArrayList<>();
    RaftProto.getDescriptor().getMessageTypes().forEach(type -> describe(type, all));
    RaftProto.getDescriptor().getEnumTypes().forEach(type -> describe(type, all));
    return all;
  }

  private static void describe(Descriptor type, List<String> all) {
    for (FieldDescriptor field : type.getFields()) {
      String typeName =
          switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            default -> field.toProto().getType().name();
          };
      all.add(
          field.getFullName()
              + " = "
              + field.getNumber()
              + " "
              + typeName
              + (field.isRepeated() ? " repeated" : ""));
    }
    type.getNestedTypes().forEach(nested -> describe(nested, all));
    type.getEnumTypes().forEach(nested -> describe(nested, all));
  }

  private static void describe(EnumDescriptor type, List<String> all) {
    for (EnumValueDescriptor value : type.getValues()) {
      all.add(type.getFullName() + ":" + value.getName() + " = " + value.getNumber());
    }
  }

  @Test
  void everyFieldAndEveryEnumValueHasThePinnedNumber() {
    assertThat(fieldsAndValues()).containsExactlyInAnyOrderElementsOf(lines("numbers.txt"));
  }

  @ParameterizedTest
  @CsvSource({"Message, 5, 9", "Entry, 5, 5", "ConfState, 6, 6"})
  void numbersAreKeptFree(String type, int first, int last) {
    Descriptor descriptor = RaftProto.getDescriptor().findMessageTypeByName(type);

    List<DescriptorProto.ReservedRange> reserved = descriptor.toProto().getReservedRangeList();

    assertThat(reserved).hasSize(1);
    assertThat(reserved.get(0).getStart()).isEqualTo(first);
    assertThat(reserved.get(0).getEnd()).isEqualTo(last + 1); // exclusive
    for (int number = first; number <= last; number++) {
      assertThat(descriptor.isReservedNumber(number)).as("number %d", number).isTrue();
    }
  }

  static Stream<EnumDescriptor> enums() {
    List<EnumDescriptor> all = new ArrayList<>(RaftProto.getDescriptor().getEnumTypes());
    for (Descriptor type : RaftProto.getDescriptor().getMessageTypes()) {
      all.addAll(type.getEnumTypes());
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("enums")
  void anEnumStartsAtUnspecified(EnumDescriptor type) {
    EnumValueDescriptor first = type.getValues().get(0);

    assertThat(first.getNumber()).isZero();
    assertThat(first.getName()).endsWith("UNSPECIFIED");
  }

  // What a newer peer sends.

  @ParameterizedTest
  @MethodSource("samples")
  void unknownFieldsSurviveARoundTrip(String sample) throws InvalidProtocolBufferException {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(1000, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
            .addField(
                1001,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("new"))
                    .build())
            .build();
    DynamicMessage newer = allSamples().get(sample).toBuilder().mergeUnknownFields(unknown).build();

    DynamicMessage read =
        DynamicMessage.parseFrom(newer.getDescriptorForType(), newer.toByteArray());

    assertThat(read.getUnknownFields()).isEqualTo(unknown);
    assertThat(read.toBuilder().build().toByteArray()).isEqualTo(newer.toByteArray());
  }

  @Test
  void unknownFieldsInsideAnEntrySurviveBeingPassedOn() throws InvalidProtocolBufferException {
    Entry entry =
        Entry.newBuilder()
            .setTerm(2)
            .setIndex(3)
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(5, UnknownFieldSet.Field.newBuilder().addVarint(9).build())
                    .build())
            .build();
    Message received =
        Message.parseFrom(
            Message.newBuilder()
                .setAppend(Append.newBuilder().addEntries(entry))
                .build()
                .toByteArray());

    Message passedOn =
        Message.newBuilder()
            .setAppend(
                Append.newBuilder().addAllEntries(received.getAppend().getEntriesList()).build())
            .build();

    assertThat(Message.parseFrom(passedOn.toByteArray()).getAppend().getEntries(0))
        .isEqualTo(entry);
  }

  @Test
  void anUnknownBodyIsNoBodyAndSurvives() throws InvalidProtocolBufferException {
    UnknownFieldSet body =
        UnknownFieldSet.newBuilder()
            .addField(
                10_000,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("a body to come"))
                    .build())
            .build();
    byte[] bytes =
        Message.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setTerm(3)
            .setUnknownFields(body)
            .build()
            .toByteArray();

    Message read = Message.parseFrom(bytes);

    assertThat(read.getBodyCase()).isEqualTo(Message.BodyCase.BODY_NOT_SET);
    assertThat(read.getTerm()).isEqualTo(3);
    assertThat(read.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void anUnknownEnumValueIsUnrecognizedAndSurvives() throws InvalidProtocolBufferException {
    byte[] bytes = Entry.newBuilder().setTerm(1).setIndex(1).setTypeValue(77).build().toByteArray();

    Entry read = Entry.parseFrom(bytes);

    assertThat(read.getType()).isEqualTo(EntryType.UNRECOGNIZED);
    assertThat(read.getTypeValue()).isEqualTo(77);
    assertThat(read.toByteArray()).isEqualTo(bytes);
  }
}
