package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.proto.Message;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What another node may send, and random changes of it, as a function of a seed. */
final class RandomFrames {

  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    7,
    255,
    65_535,
    65_536,
    70_000,
    Integer.MAX_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private final SplittableRandom random;
  private final long to;
  private long frames;

  RandomFrames(long seed, long to) {
    this.to = to;
    random = new SplittableRandom(seed);
  }

  /** The number of frames so far, right ones included. */
  long frames() {
    return frames;
  }

  /** Returns the bytes of a connection: right frames, and mostly a wrong one at the end. */
  byte[] connection() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (random.nextInt(4) == 0) {
      bytes.writeBytes(wrongHello());
      frames++;
      return bytes.toByteArray();
    }
    boolean messages = random.nextInt(4) > 0;
    bytes.writeBytes(hello(messages ? Hello.Use.MESSAGES : Hello.Use.SNAPSHOT));
    frames++;
    for (int i = messages ? random.nextInt(60) : random.nextInt(2); i > 0; i--) {
      bytes.writeBytes(messages ? message() : snapshot());
      frames++;
    }
    bytes.writeBytes(wrong(messages));
    frames++;
    return bytes.toByteArray();
  }

  /** Returns the bytes with which node 2 answers a call: mostly wrong ones. */
  byte[] answer() {
    frames++;
    byte[] welcome = take(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002));
    return switch (random.nextInt(4)) {
      case 0 -> changed(welcome);
      case 1 -> randomBytes(40);
      case 2 -> concat(welcome, changed(take(Frames.keepAlive(ByteBufAllocator.DEFAULT))));
      default -> concat(welcome, take(TestFrames.frame(random.nextInt(10), randomBytes(40))));
    };
  }

  private Hello right(Hello.Use use) {
    return new Hello(
        use,
        new Identity("kv", 1, random.nextInt(8) > 0 ? 2 : 3),
        to,
        List.of(),
        new HostAndPort("127.0.0.1", 1),
        7002);
  }

  private byte[] hello(Hello.Use use) {
    return take(Handshake.hello(ByteBufAllocator.DEFAULT, right(use)));
  }

  private byte[] wrongHello() {
    byte[] hello = hello(random.nextBoolean() ? Hello.Use.MESSAGES : Hello.Use.SNAPSHOT);
    return switch (random.nextInt(3)) {
      case 0 -> randomBytes(80);
      case 1 -> changed(hello);
      default -> summed(changed(Arrays.copyOfRange(hello, 5, hello.length - 4)));
    };
  }

  /** A hello of any content, with the right sum. */
  private static byte[] summed(byte[] content) {
    ByteBuf body = Unpooled.wrappedBuffer(content);
    int sum = Handshake.crc(body, 0, content.length);
    return take(
        Unpooled.buffer()
            .writeInt(1 + content.length + Integer.BYTES)
            .writeByte(Handshake.HELLO)
            .writeBytes(content)
            .writeInt(sum));
  }

  /** A message with any content, in a proper envelope, or with random changes of its bytes. */
  private byte[] message() {
    DynamicMessage any = (DynamicMessage) any(Message.getDescriptor(), 0);
    byte[] bytes = any.toByteArray();
    byte[] envelope = Message.newBuilder().setFrom(2).setTo(to).setGroup(1).build().toByteArray();
    return take(
        TestFrames.frame(
            random.nextInt(20) == 0 ? Frames.KEEP_ALIVE : Frames.MESSAGE,
            concat(random.nextInt(16) > 0 ? bytes : changed(bytes), envelope)));
  }

  private Object any(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(field.getContainingOneof() != null ? 8 : 2) > 0 || depth > 4) {
        continue;
      }
      for (int i = field.isRepeated() ? random.nextInt(4) : 1; i > 0; i--) {
        Object value = value(field, depth);
        if (field.isRepeated()) {
          message.addRepeatedField(field, value);
        } else {
          message.setField(field, value);
        }
      }
    }
    return message.build();
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case LONG -> number();
      case INT -> (int) number();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> "text";
      case BYTE_STRING -> ByteString.copyFrom(randomBytes(60));
      case ENUM -> {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE -> any(field.getMessageType(), depth + 1);
      default -> throw new IllegalStateException("no message has a " + field.getJavaType());
    };
  }

  private byte[] snapshot() {
    return switch (random.nextInt(64)) {
      // Rarely: the receiver creates a map for it, which takes some milliseconds.
      case 0 -> take(TestFrames.message(TestFrames.INSTALL.toBuilder().setTo(to).build()));
      case 1, 2, 3, 4, 5, 6, 7, 8 -> take(TestFrames.chunk(TestFrames.pairs("a", "1")));
      case 9, 10, 11, 12, 13, 14, 15, 16 ->
          take(TestFrames.chunk(ByteString.copyFrom(randomBytes(80))));
      case 17, 18, 19, 20 -> message();
      // Never the right sum: the snapshot would be complete.
      case 21, 22, 23, 24, 25, 26, 27 ->
          take(Frames.end(ByteBufAllocator.DEFAULT, new Frames.End(number(), number() | 1L << 40)));
      default -> take(TestFrames.frame(random.nextInt(12), randomBytes(60)));
    };
  }

  private byte[] wrong(boolean messages) {
    byte[] right = messages ? message() : snapshot();
    return switch (random.nextInt(4)) {
      case 0 -> changed(right);
      case 1 -> randomBytes(80);
      case 2 -> Arrays.copyOf(right, random.nextInt(right.length));
      default -> take(TestFrames.frame(random.nextInt(256), randomBytes(80)));
    };
  }

  private byte[] changed(byte[] bytes) {
    byte[] copy = bytes.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && copy.length > 0; i--) {
      int at = random.nextInt(copy.length);
      switch (random.nextInt(5)) {
        case 0 -> copy[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        case 1 -> copy[at] = (byte) random.nextInt();
        case 2 -> copy = Arrays.copyOf(copy, at);
        case 3 ->
            copy = concat(Arrays.copyOf(copy, at), Arrays.copyOfRange(copy, at / 2, copy.length));
        default -> {
          byte[] number = take(Unpooled.buffer().writeLong(number()));
          System.arraycopy(number, 0, copy, at, Math.min(number.length, copy.length - at));
        }
      }
    }
    return copy;
  }

  private long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private byte[] randomBytes(int max) {
    byte[] bytes = new byte[random.nextInt(max)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] take(ByteBuf buffer) {
    try {
      return ByteBufUtil.getBytes(buffer);
    } finally {
      buffer.release();
    }
  }
}
