package io.tickraft.core.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.Optional;

/**
 * Finds parts of membership data that only a newer version understands. A node must not ignore
 * them: if one version skips a change that another makes, they disagree about the members, and two
 * majorities need not overlap. Changes that every version finds impossible do not count, nor does
 * data that is not a membership change.
 */
public final class NewerVersion {

  private NewerVersion() {}

  /**
   * Says what is unknown about the type of a stored entry.
   *
   * @return a sentence that names the entry; empty if nothing is unknown
   */
  public static Optional<String> unknownTypeOf(Entry entry) {
    return isUnknownType(entry)
        ? Optional.of(needed("entry " + entry.getIndex() + " is of type " + entry.getTypeValue()))
        : Optional.empty();
  }

  /** Returns whether an entry is of a type that this version does not know, or of none. */
  public static boolean isUnknownType(Entry entry) {
    // Nearly every entry is a command, and the number need not be translated for that.
    if (entry.getTypeValue() == EntryType.ENTRY_TYPE_COMMAND_VALUE) {
      return false;
    }
    EntryType type = entry.getType();
    return type == EntryType.UNRECOGNIZED || type == EntryType.ENTRY_TYPE_UNSPECIFIED;
  }

  /**
   * Says what is unknown about the membership change of an entry.
   *
   * @param entry an entry of type {@code CONF_CHANGE}
   * @return a sentence that names the entry; empty if nothing is unknown
   */
  public static Optional<String> unknownChangeOf(Entry entry) {
    ConfChange change;
    try {
      change = ConfChange.parseFrom(entry.getData());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty(); // Not a change for any version.
    }
    return unknownIn(change)
        .map(what -> needed("entry " + entry.getIndex() + " is a membership change with " + what));
  }

  /**
   * Says what is unknown in a membership change.
   *
   * @return the unknown part; empty if there is none
   */
  static Optional<String> unknownIn(ConfChange change) {
    if (change.getTransition() == ConfChangeTransition.UNRECOGNIZED) {
      return Optional.of("transition " + change.getTransitionValue());
    }
    for (ConfChangeSingle single : change.getChangesList()) {
      if (single.getType() == ConfChangeType.UNRECOGNIZED) {
        return Optional.of("type " + single.getTypeValue() + " for node " + single.getNode());
      }
      Optional<String> field = unknownField(single.getUnknownFields());
      if (field.isPresent()) {
        return field.map(what -> what + " for node " + single.getNode());
      }
    }
    return unknownField(change.getUnknownFields());
  }

  /**
   * Says what is unknown in a configuration.
   *
   * @return the unknown part; empty if there is none
   */
  public static Optional<String> unknownIn(ConfState confState) {
    return unknownField(confState.getUnknownFields());
  }

  private static Optional<String> unknownField(UnknownFieldSet fields) {
    return fields.asMap().keySet().stream().findFirst().map(number -> "field " + number);
  }

  /** Completes a sentence that names what is unknown. */
  public static String needed(String what) {
    return what + ", which this version does not know: a newer version is needed";
  }
}
