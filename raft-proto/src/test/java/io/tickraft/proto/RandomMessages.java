package io.tickraft.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Random messages, and random changes to their bytes, as a function of a seed. */
final class RandomMessages {

  private static final OneofDescriptor BODY = Message.getDescriptor().getOneofs().get(0);

  /** The bodies that {@link MessageCodec} parses itself. */
  private static final List<Integer> HOT =
      List.of(
          Message.APPEND_FIELD_NUMBER,
          Message.APPEND_RESPONSE_FIELD_NUMBER,
          Message.HEARTBEAT_FIELD_NUMBER,
          Message.HEARTBEAT_RESPONSE_FIELD_NUMBER);

  private final SplittableRandom random;

  RandomMessages(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Returns the bytes of a message; most have one of the hot bodies, few have unknown fields. */
  byte[] bytes() {
    return message(Message.getDescriptor(), random.nextInt(8) == 0).toByteArray();
  }

  /** Returns the bytes after one to three random changes. */
  byte[] changed(byte[] bytes) {
    byte[] result = bytes;
    for (int change = random.nextInt(3); change >= 0; change--) {
      result = changedOnce(result);
    }
    return result;
  }

  private byte[] changedOnce(byte[] bytes) {
    if (bytes.length == 0) {
      return randomBytes(random.nextInt(4));
    }
    int from = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(12));
    byte[] slice = Arrays.copyOfRange(bytes, from, to);
    byte[] copy = bytes.clone();
    switch (random.nextInt(9)) {
      case 0 -> {
        copy[from] ^= (byte) (1 << random.nextInt(8));
        return copy;
      }
      case 1 -> {
        copy[from] = (byte) random.nextInt(256);
        return copy;
      }
      case 2 -> {
        return Arrays.copyOf(bytes, from);
      }
      case 3 -> {
        return joined(bytes, 0, from, new byte[0], bytes, to, bytes.length);
      }
      case 4 -> {
        return joined(
            bytes, 0, from, randomBytes(1 + random.nextInt(4)), bytes, from, bytes.length);
      }
      case 5 -> { // Some fields twice.
        return joined(bytes, 0, to, slice, bytes, to, bytes.length);
      }
      case 6 -> { // Fields in another order.
        return joined(bytes, 0, from, new byte[0], joined(bytes, to, bytes.length, slice), 0, -1);
      }
      case 7 -> { // A longer varint of the same value, or of none.
        copy[from] |= (byte) 0x80;
        byte[] more = new byte[1 + random.nextInt(10)];
        Arrays.fill(more, 0, more.length - 1, (byte) 0x80);
        return joined(copy, 0, from + 1, more, copy, from + 1, copy.length);
      }
      default -> { // A second message behind it, which is merged into it.
        return joined(bytes, 0, bytes.length, bytes());
      }
    }
  }

  private static byte[] joined(byte[] a, int from, int to, byte[] b) {
    return joined(a, from, to, b, b, 0, 0);
  }

  /** Returns a part of a, all of b, and a part of c, whose end is -1 if it ends with c. */
  private static byte[] joined(
      byte[] a, int aFrom, int aTo, byte[] b, byte[] c, int cFrom, int cTo) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(a, aFrom, aTo - aFrom);
    out.writeBytes(b);
    out.write(c, cFrom, (cTo < 0 ? c.length : cTo) - cFrom);
    return out.toByteArray();
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private DynamicMessage message(Descriptor type, boolean withUnknownFields) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (field.isRepeated()) {
        for (int count = random.nextInt(4); count > 0; count--) {
          builder.addRepeatedField(field, value(field, withUnknownFields));
        }
      } else if (field.getContainingOneof() == null && random.nextInt(8) > 0) {
        builder.setField(field, value(field, withUnknownFields));
      }
    }
    for (OneofDescriptor oneof : type.getOneofs()) {
      int choice = random.nextInt(oneof.getFieldCount() + 1);
      if (choice < oneof.getFieldCount()) {
        FieldDescriptor field = oneof.getField(choice);
        if (oneof == BODY && random.nextInt(8) > 0) {
          field = type.findFieldByNumber(HOT.get(random.nextInt(HOT.size())));
        }
        builder.setField(field, value(field, withUnknownFields));
      }
    }
    if (withUnknownFields && random.nextInt(3) == 0) {
      builder.setUnknownFields(unknownFields());
    }
    return builder.build();
  }

  private UnknownFieldSet unknownFields() {
    UnknownFieldSet.Field value =
        random.nextBoolean()
            ? UnknownFieldSet.Field.newBuilder().addVarint(number()).build()
            : UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(randomBytes(random.nextInt(4))))
                .build();
    return UnknownFieldSet.newBuilder().addField(30 + random.nextInt(1000), value).build();
  }

  private Object value(FieldDescriptor field, boolean withUnknownFields) {
    return switch (field.getJavaType()) {
      case LONG -> number();
      case BOOLEAN -> random.nextBoolean();
      case BYTE_STRING -> ByteString.copyFrom(randomBytes(random.nextInt(20)));
      case ENUM ->
          field
              .getEnumType()
              .findValueByNumberCreatingIfUnknown(
                  random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(5));
      case MESSAGE -> message(field.getMessageType(), withUnknownFields);
      default -> throw new IllegalArgumentException("a type that no message uses: " + field);
    };
  }

  /** Returns a number with 0 to 64 bits: each length about as often, and so each varint's. */
  private long number() {
    int bits = random.nextInt(65);
    return bits == 0 ? 0 : random.nextLong() >>> (64 - bits);
  }
}
