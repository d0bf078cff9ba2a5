package io.tickraft.core.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.ArrayList;
import java.util.List;

/** Messages that went wrong: changed, replayed, mixed up, misdelivered, or of another version. */
final class MutatedMessages {

  private static final int MEMORY = 64;

  private final Dice dice;

  /** Messages of before, the last of them. */
  private final List<Message> earlier = new ArrayList<>();

  private int earlierAt;

  MutatedMessages(Dice dice) {
    this.dice = dice;
  }

  /** Takes a message that was sent to the node, or by it. */
  void remember(Message message) {
    if (earlier.size() < MEMORY) {
      earlier.add(message);
    } else {
      earlier.set(earlierAt++ % MEMORY, message);
    }
  }

  Message next(Message message) {
    Message mutated =
        switch (dice.weighted(16, 26, 10, 14, 8, 8, 6, 6, 6)) {
          case 0 -> replayed(message);
          case 1 -> withOtherField(message);
          case 2 -> withBodyOfAnother(message);
          case 3 -> withFlippedBytes(message);
          case 4 -> withUnknownField(message);
          case 5 -> withRequestOfAnother(message);
          case 6 -> message.toBuilder().setFrom(strangeId()).build();
          case 7 -> message.toBuilder().setTo(strangeId()).build();
          default -> message.toBuilder().setGroup(dice.any()).build();
        };
    return dice.oneIn(4) ? next(mutated) : mutated;
  }

  private Message replayed(Message message) {
    return earlier.isEmpty() ? message : dice.of(earlier);
  }

  private long strangeId() {
    return switch (dice.below(4)) {
      case 0 -> 0;
      case 1 -> dice.any();
      case 2 -> dice.any() >>> 1;
      default -> dice.below(12);
    };
  }

  /** One number somewhere in the message is another, or an enum, a flag, a payload, a list. */
  private Message withOtherField(Message message) {
    Message.Builder builder = message.toBuilder();
    mutate(builder, 4);
    return builder.build();
  }

  private void mutate(com.google.protobuf.Message.Builder builder, int depth) {
    List<FieldDescriptor> set = new ArrayList<>(builder.getAllFields().keySet());
    if (set.isEmpty()) {
      return;
    }
    FieldDescriptor field = dice.of(set);
    if (field.isRepeated()) {
      mutateList(builder, field, depth);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      if (dice.oneIn(10)) {
        builder.clearField(field);
      } else if (depth > 0) {
        com.google.protobuf.Message.Builder inner =
            ((com.google.protobuf.Message) builder.getField(field)).toBuilder();
        mutate(inner, depth - 1);
        builder.setField(field, inner.build());
      }
    } else {
      builder.setField(field, other(field, builder.getField(field)));
    }
  }

  private void mutateList(
      com.google.protobuf.Message.Builder builder, FieldDescriptor field, int depth) {
    int at = dice.below(builder.getRepeatedFieldCount(field));
    Object element = builder.getRepeatedField(field, at);
    switch (dice.below(4)) {
      case 0 -> builder.addRepeatedField(field, element);
      case 1 -> builder.clearField(field);
      default -> {
        if (element instanceof com.google.protobuf.Message inner) {
          com.google.protobuf.Message.Builder changed = inner.toBuilder();
          mutate(changed, depth - 1);
          builder.setRepeatedField(field, at, changed.build());
        } else {
          builder.setRepeatedField(field, at, other(field, element));
        }
      }
    }
  }

  private Object other(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case LONG -> otherNumber((Long) value);
      case BOOLEAN -> !(Boolean) value;
      case BYTE_STRING -> ByteString.copyFrom(new byte[dice.below(400)]);
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(dice.below(7));
      default -> value;
    };
  }

  private long otherNumber(long value) {
    return switch (dice.weighted(5, 5, 3, 2, 1, 1, 1, 2)) {
      case 0 -> value + 1;
      case 1 -> value - 1;
      case 2 -> value | Long.MIN_VALUE;
      case 3 -> 0;
      case 4 -> Long.MAX_VALUE;
      case 5 -> Long.MAX_VALUE - dice.below(4);
      case 6 -> dice.any();
      default -> value + dice.between(-10, 10);
    };
  }

  private Message withBodyOfAnother(Message message) {
    if (earlier.isEmpty()) {
      return message;
    }
    Message other = dice.of(earlier);
    return other.toBuilder()
        .setFrom(message.getFrom())
        .setTo(message.getTo())
        .setTerm(message.getTerm())
        .setGroup(message.getGroup())
        .build();
  }

  /** Another request's name. */
  private Message withRequestOfAnother(Message message) {
    RequestId request =
        RequestId.newBuilder()
            .setIncarnation(dice.oneIn(5) ? dice.any() : dice.below(4))
            .setSequence(dice.oneIn(5) ? dice.any() : dice.below(4))
            .build();
    Message.Builder builder = message.toBuilder();
    switch (message.getBodyCase()) {
      case PROPOSE -> builder.getProposeBuilder().setRequest(request);
      case PROPOSE_RESPONSE -> builder.getProposeResponseBuilder().setRequest(request);
      case READ_INDEX -> builder.getReadIndexBuilder().setRequest(request);
      case READ_INDEX_RESPONSE -> builder.getReadIndexResponseBuilder().setRequest(request);
      case HEARTBEAT_RESPONSE -> builder.getHeartbeatResponseBuilder().setRound(dice.any());
      case INSTALL_SNAPSHOT_RESPONSE ->
          builder.getInstallSnapshotResponseBuilder().setAttempt(dice.below(5));
      default -> builder.setTerm(Math.max(0, message.getTerm() + dice.between(-2, 2)));
    }
    return builder.build();
  }

  private Message withUnknownField(Message message) {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                dice.oneIn(2) ? 5 + dice.below(5) : 28 + dice.below(2000),
                UnknownFieldSet.Field.newBuilder().addVarint(dice.any()).build())
            .build();
    Message.Builder builder = message.toBuilder();
    switch (dice.below(4)) {
      case 0 -> {
        // A kind of message that this version does not know.
        return builder.clearBody().setUnknownFields(unknown).build();
      }
      case 1 -> {
        for (FieldDescriptor field : message.getAllFields().keySet()) {
          if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            com.google.protobuf.Message body =
                (com.google.protobuf.Message) message.getField(field);
            return builder
                .setField(field, body.toBuilder().setUnknownFields(unknown).build())
                .build();
          }
        }
        return message;
      }
      default -> {
        return builder.setUnknownFields(unknown).build();
      }
    }
  }

  private Message withFlippedBytes(Message message) {
    for (int attempt = 0; attempt < 8; attempt++) {
      byte[] bytes = message.toByteArray();
      if (bytes.length == 0) {
        return message;
      }
      for (int flips = 1 + dice.below(3); flips > 0; flips--) {
        int at = dice.below(bytes.length);
        bytes[at] = (byte) (dice.oneIn(2) ? bytes[at] ^ (1 << dice.below(8)) : dice.below(256));
      }
      try {
        return Message.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        // Never gets past the host's decoder: another attempt.
      }
    }
    return message;
  }
}
