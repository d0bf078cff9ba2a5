package io.tickraft.testkit.sim;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Ways in which a message is corrupted so that any receiver can detect it. The receiver must drop
 * the message whole, before any state changes.
 *
 * <p>A flipped bit in a term or an index that leaves a message which a member could have sent is
 * not among them. A member that lies is outside the fault model, and checksums of the transport
 * must detect such flips.
 */
public enum Corruption {
  /** The message arrives at another node than the one that it is for. */
  MISDELIVERED,
  /** The message belongs to another group. */
  OTHER_GROUP,
  /** The sender is missing, or it is the receiver. */
  BAD_SENDER,
  /** The message is an answer, and its sender is not a member. */
  STRANGER,
  /** The message has no body, or one of an unknown kind. */
  NO_BODY,
  /** The bytes end too early. */
  TRUNCATED,
  /** The highest bit of a number is set, which no term, index or other number has. */
  HIGHEST_BIT,
  /** The term is far above any that elections could reach. */
  TERM_TOO_HIGH,
  /** The entries of an append have a gap. */
  GAP,
  /** The type of an entry is unknown. */
  ENTRY_TYPE;

  /** Unknown to every version: receivers skip it, and {@link #isCorrupted} finds it. */
  private static final int MARK = 10_001;

  private static final int UNKNOWN_BODY = 10_002;
  private static final int UNKNOWN_FIELD = 10_003;
  private static final int UNKNOWN_ENTRY_TYPE = 99;

  /** An id that no node of a simulation has. */
  private static final long STRANGER_ID = 1_000_003;

  /**
   * Returns whether a message was corrupted on its way.
   *
   * @param message a message that a node gets
   * @return whether the node must drop it
   */
  public static boolean isCorrupted(Message message) {
    return message.getUnknownFields().hasField(MARK);
  }

  /** Returns a message with a field of a later version, which a receiver skips. */
  static Message withUnknownField(Message message) {
    return with(message.toBuilder(), UNKNOWN_FIELD);
  }

  private static Message with(Message.Builder message, int unknown) {
    return message
        .mergeUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(unknown, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build())
        .build();
  }

  /** Returns the corruptions that a message can have. */
  static List<Corruption> of(Message message) {
    return Arrays.stream(values()).filter(corruption -> corruption.fits(message)).toList();
  }

  private boolean fits(Message message) {
    return switch (this) {
      // Answers without a term are matched by the id of their request, whoever sends them.
      case STRANGER -> SimNetwork.isAnswer(message.getBodyCase()) && message.getTerm() != 0;
      // A granted pre-vote is valid whatever the term of its sender.
      case TERM_TOO_HIGH -> message.getBodyCase() != BodyCase.PRE_VOTE_RESPONSE;
      case GAP, ENTRY_TYPE -> message.getAppend().getEntriesCount() > 0;
      default -> true;
    };
  }

  /**
   * Corrupts a message.
   *
   * @param message the message, which {@link #of fits}
   * @param choices decide about the details
   * @return the corrupted message; empty if it cannot be read, so that the host drops it
   */
  Optional<Message> corrupt(Message message, Choices choices) {
    Message.Builder corrupted = message.toBuilder();
    switch (this) {
      case MISDELIVERED -> {}
      case OTHER_GROUP -> corrupted.setGroup(message.getGroup() + 1);
      case BAD_SENDER ->
          corrupted.setFrom(choices.next("is the receiver", 2) == 0 ? 0 : message.getTo());
      case STRANGER -> corrupted.setFrom(STRANGER_ID);
      case NO_BODY -> {
        corrupted.clearBody();
        if (choices.next("unknown body", 2) == 1) {
          return Optional.of(with(corrupted, UNKNOWN_BODY)).map(m -> with(m.toBuilder(), MARK));
        }
      }
      case TRUNCATED -> {
        return truncated(message, choices);
      }
      case HIGHEST_BIT -> setHighestBit(corrupted, choices);
      case TERM_TOO_HIGH -> corrupted.setTerm(message.getTerm() + (1L << 40));
      case GAP -> corrupted.setAppend(withGap(message.getAppend(), choices));
      case ENTRY_TYPE -> corrupted.setAppend(withUnknownType(message.getAppend(), choices));
    }
    return Optional.of(with(corrupted, MARK));
  }

  private static Optional<Message> truncated(Message message, Choices choices) {
    // Without unknown fields, which come last: a message that only loses these is valid.
    byte[] bytes =
        message.toBuilder()
            .setUnknownFields(UnknownFieldSet.getDefaultInstance())
            .build()
            .toByteArray();
    int length = bytes.length - 1 - choices.next("bytes lost", bytes.length);
    try {
      Message read = Message.parseFrom(Arrays.copyOf(bytes, length));
      return Optional.of(with(read.toBuilder(), MARK));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Append.Builder withGap(Append append, Choices choices) {
    int at = choices.next("entry", append.getEntriesCount());
    if (at == append.getEntriesCount() - 1) {
      // The last one: a shorter append would be valid.
      Entry last = append.getEntries(at);
      return append.toBuilder().setEntries(at, last.toBuilder().setIndex(last.getIndex() + 1));
    }
    return append.toBuilder().removeEntries(at);
  }

  private static Append.Builder withUnknownType(Append append, Choices choices) {
    int at = choices.next("entry", append.getEntriesCount());
    return append.toBuilder()
        .setEntries(at, append.getEntries(at).toBuilder().setTypeValue(UNKNOWN_ENTRY_TYPE));
  }

  // Numbers.

  /** A number in a message: a field of it, or of a message in it. */
  private record NumberField(com.google.protobuf.Message.Builder holder, FieldDescriptor field) {}

  private static void setHighestBit(Message.Builder message, Choices choices) {
    List<NumberField> numbers = new ArrayList<>();
    addNumbers(message, numbers);
    NumberField number = choices.of("number", numbers);
    long value = (Long) number.holder.getField(number.field);
    number.holder.setField(number.field, value | Long.MIN_VALUE);
  }

  /** Adds the numbers of a message and of the messages in it that are there. */
  private static void addNumbers(
      com.google.protobuf.Message.Builder message, List<NumberField> numbers) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        continue;
      }
      if (field.getJavaType() == JavaType.LONG) {
        numbers.add(new NumberField(message, field));
      } else if (field.getJavaType() == JavaType.MESSAGE && message.hasField(field)) {
        addNumbers(message.getFieldBuilder(field), numbers);
      }
    }
  }
}
