package io.tickraft.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages with every field set, each to a value of its own, so that two fields which changed
 * places cannot go unnoticed. Of a oneof one case is set: there is a sample for each case.
 */
final class Filled {

  private final OneofDescriptor oneof;
  private final FieldDescriptor chosen;

  private Filled(OneofDescriptor oneof, FieldDescriptor chosen) {
    this.oneof = oneof;
    this.chosen = chosen;
  }

  /**
   * The samples of a type: one by its name, or one for each case of its oneof by name and case. The
   * envelope has one for each case of each body.
   */
  static Map<String, DynamicMessage> samples(Descriptor type) {
    Map<String, DynamicMessage> samples = new TreeMap<>();
    if (type.getOneofs().isEmpty()) {
      samples.put(type.getName(), new Filled(null, null).fill(type, 0));
      return samples;
    }
    OneofDescriptor oneof = type.getOneofs().get(0);
    for (FieldDescriptor choice : oneof.getFields()) {
      List<OneofDescriptor> inner = new ArrayList<>(choice.getMessageType().getOneofs());
      if (inner.isEmpty()) {
        samples.put(
            type.getName() + "." + choice.getName(), new Filled(oneof, choice).fill(type, 0));
      }
      for (OneofDescriptor nested : inner) {
        for (FieldDescriptor innerChoice : nested.getFields()) {
          DynamicMessage body =
              new Filled(nested, innerChoice).fill(choice.getMessageType(), choice.getNumber());
          DynamicMessage whole =
              new Filled(oneof, choice).fill(type, 0).toBuilder().setField(choice, body).build();
          samples.put(type.getName() + "." + choice.getName() + "." + innerChoice.getName(), whole);
        }
      }
    }
    return samples;
  }

  /**
   * Fills a message.
   *
   * @param path a number for where the message stands, from which those of its fields are made: a
   *     field that is added later changes none of them
   */
  private DynamicMessage fill(Descriptor type, long path) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean other = field.getContainingOneof() == oneof && oneof != null && field != chosen;
      if (other) {
        continue;
      }
      if (field.isRepeated()) {
        builder.addRepeatedField(field, value(field, 32 * path + field.getNumber()));
        builder.addRepeatedField(field, value(field, 32 * path + field.getNumber() + 1000));
      } else {
        builder.setField(field, value(field, 32 * path + field.getNumber()));
      }
    }
    return builder.build();
  }

  private Object value(FieldDescriptor field, long path) {
    return switch (field.getJavaType()) {
      case LONG -> path;
      case BOOLEAN -> true;
      case BYTE_STRING -> ByteString.copyFromUtf8(field.getName() + path);
      case ENUM -> field.getEnumType().findValueByNumber(1);
      case MESSAGE -> fill(field.getMessageType(), path);
      default -> throw new IllegalArgumentException("a type that no message uses: " + field);
    };
  }
}
