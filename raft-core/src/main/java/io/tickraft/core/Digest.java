package io.tickraft.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;

/**
 * A 64-bit fingerprint of a state, for programs that explore the states of a group. {@link
 * RawNode#digest} adds the state of a node, and the program adds everything else. The program takes
 * two states with equal fingerprints for the same state. Two different states have equal
 * fingerprints about as rarely as two random 64-bit numbers are equal.
 *
 * <p>Add exactly what decides what can happen next. Do not add statistics. Of a deadline, add only
 * {@linkplain #remaining the ticks that remain}. Add a collection whose order does not matter with
 * {@link #unordered}. Add a node {@linkplain #id by its name}: two states that differ only in the
 * ids of their nodes then have equal fingerprints, if corresponding nodes have equal names.
 */
public final class Digest {

  /** The fields of messages that hold ids of nodes. */
  private static final Set<String> IDS =
      new TreeSet<>(
          List.of(
              "from",
              "to",
              "leader",
              "target",
              "vote",
              "node",
              "voters",
              "learners",
              "voters_outgoing",
              "learners_next"));

  private final LongUnaryOperator names;
  private final long horizon;
  private long value;

  /**
   * Begins a fingerprint.
   *
   * @param names maps the id of a node to its name; the identity adds the ids themselves
   * @param horizon how many ticks may still pass, at least 0: later deadlines do not matter
   * @throws IllegalArgumentException if the horizon is negative
   */
  public Digest(LongUnaryOperator names, long horizon) {
    if (horizon < 0) {
      throw new IllegalArgumentException("horizon: at least 0: " + horizon);
    }
    this.names = Objects.requireNonNull(names, "names");
    this.horizon = horizon;
  }

  /** {@return the fingerprint of everything that was added} */
  public long value() {
    return mix(value);
  }

  /** {@return how many ticks may still pass} */
  public long horizon() {
    return horizon;
  }

  /** The finalizer of SplitMix64: each bit of the input changes half of the bits of the result. */
  private static long mix(long bits) {
    long z = bits + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Adds a number.
   *
   * @param number the number
   * @return this
   */
  public Digest number(long number) {
    value = mix(value ^ number) + number;
    return this;
  }

  /**
   * Adds a truth value.
   *
   * @param flag the truth value
   * @return this
   */
  public Digest flag(boolean flag) {
    return number(flag ? 1 : 0);
  }

  /**
   * Adds a constant of an enum.
   *
   * @param constant the constant
   * @return this
   */
  @SuppressWarnings("EnumOrdinal") // A digest is never compared with one of another version.
  public Digest constant(Enum<?> constant) {
    return number(constant.ordinal());
  }

  /**
   * Adds the id of a node by its name.
   *
   * @param id the id; 0, which means no node, is added as 0
   * @return this
   */
  public Digest id(long id) {
    return number(id == 0 ? 0 : names.applyAsLong(id));
  }

  /**
   * Adds how many ticks remain until a deadline. All numbers below 0 count as 0, and all numbers
   * above the {@linkplain #horizon horizon} count as equal.
   *
   * @param ticks the number of ticks
   * @return this
   */
  public Digest remaining(long ticks) {
    return number(Math.min(Math.max(ticks, 0), horizon + 1));
  }

  /**
   * Adds the id of an entry.
   *
   * @param id the id
   * @return this
   */
  public Digest entry(LogId id) {
    return number(id.term()).number(id.index());
  }

  /**
   * Adds bytes.
   *
   * @param bytes the bytes
   * @return this
   */
  public Digest bytes(ByteString bytes) {
    number(bytes.size());
    long word = 0;
    for (int i = 0; i < bytes.size(); i++) {
      word = word << Byte.SIZE | (bytes.byteAt(i) & 0xFF);
      if (i % Long.BYTES == Long.BYTES - 1) {
        number(word);
        word = 0;
      }
    }
    return number(word);
  }

  /**
   * Adds a text.
   *
   * @param text the text
   * @return this
   */
  public Digest text(String text) {
    return bytes(ByteString.copyFromUtf8(text));
  }

  /**
   * Adds elements in their order.
   *
   * @param <T> the type of the elements
   * @param elements the elements
   * @param element adds one
   * @return this
   */
  public <T> Digest ordered(Collection<T> elements, BiConsumer<T, Digest> element) {
    number(elements.size());
    for (T each : elements) {
      element.accept(each, this);
    }
    return this;
  }

  /**
   * Adds elements whose order does not matter.
   *
   * @param <T> the type of the elements
   * @param elements the elements
   * @param element adds one element to the digest that it is passed
   * @return this
   */
  public <T> Digest unordered(Iterable<T> elements, BiConsumer<T, Digest> element) {
    long sum = 0;
    for (T each : elements) {
      Digest its = new Digest(names, horizon);
      element.accept(each, its);
      sum += its.value();
    }
    return number(sum);
  }

  /**
   * Adds messages in their order.
   *
   * @param messages the messages
   * @return this
   */
  public Digest messages(Collection<? extends Message> messages) {
    return ordered(messages, (message, digest) -> digest.message(message));
  }

  /**
   * Adds a message of the protocol, or a part of one, if it is there.
   *
   * @param message the message; empty: none
   * @return this
   * @throws IllegalArgumentException as {@link #message(Message)}
   */
  public Digest message(Optional<? extends Message> message) {
    flag(message.isPresent());
    message.ifPresent(this::message);
    return this;
  }

  /**
   * Adds a message of the protocol, or a part of one. Ids of nodes are added by name, including
   * those in the data of a membership change.
   *
   * @param message the message
   * @return this
   * @throws IllegalArgumentException if a field has a type that no message of the protocol uses
   */
  public Digest message(Message message) {
    // What storages hold: a digest of a node has many of these, and reflection takes its time.
    if (message instanceof Entry entry) {
      return entry(entry);
    } else if (message instanceof HardState hardState) {
      return number(hardState.getTerm()).id(hardState.getVote()).number(hardState.getCommit());
    } else if (message instanceof ConfState confState) {
      return confState(confState);
    } else if (message instanceof Snapshot snapshot) {
      SnapshotMetadata metadata = snapshot.getMetadata();
      return number(metadata.getIndex())
          .number(metadata.getTerm())
          .confState(metadata.getConfState())
          .bytes(snapshot.getData());
    }
    return byReflection(message);
  }

  /** A membership change names nodes in the data of its entry. */
  private Digest entry(Entry entry) {
    number(entry.getTerm()).number(entry.getIndex()).number(entry.getTypeValue());
    return entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE
        ? change(entry.getData())
        : bytes(entry.getData());
  }

  private Digest confState(ConfState confState) {
    return ids(confState.getVotersList())
        .ids(confState.getVotersOutgoingList())
        .ids(confState.getLearnersList())
        .ids(confState.getLearnersNextList())
        .flag(confState.getAutoLeave());
  }

  private Digest ids(List<Long> ids) {
    long sum = ids.size();
    for (int i = 0; i < ids.size(); i++) {
      sum += mix(names.applyAsLong(ids.get(i)));
    }
    return number(sum);
  }

  private Digest byReflection(Message message) {
    Map<FieldDescriptor, Object> fields = message.getAllFields();
    number(fields.size());
    for (Map.Entry<FieldDescriptor, Object> field : fields.entrySet()) {
      FieldDescriptor descriptor = field.getKey();
      number(descriptor.getNumber());
      if (descriptor.isRepeated()) {
        repeated(descriptor, (List<?>) field.getValue());
      } else {
        single(descriptor, field.getValue());
      }
    }
    return this;
  }

  private Digest change(ByteString data) {
    try {
      return message(ConfChange.parseFrom(data));
    } catch (InvalidProtocolBufferException e) {
      return bytes(data);
    }
  }

  private void repeated(FieldDescriptor field, List<?> values) {
    if (IDS.contains(field.getName())) {
      unordered(values, (value, digest) -> digest.single(field, value));
    } else {
      ordered(values, (value, digest) -> digest.single(field, value));
    }
  }

  private void single(FieldDescriptor field, Object single) {
    if (single instanceof Message message) {
      message(message);
    } else if (single instanceof ByteString bytes) {
      bytes(bytes);
    } else if (single instanceof EnumValueDescriptor constant) {
      number(constant.getNumber());
    } else if (single instanceof Boolean flag) {
      flag(flag);
    } else if (single instanceof Long number) {
      if (IDS.contains(field.getName())) {
        id(number);
      } else {
        number(number);
      }
    } else {
      throw new IllegalArgumentException("not a field of the protocol: " + field.getFullName());
    }
  }
}
