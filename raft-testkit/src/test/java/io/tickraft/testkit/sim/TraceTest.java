package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A hash of all that happens in a run. */
class TraceTest {

  @TestFactory
  List<DynamicTest> dependsOnEachFieldOfAMessage() {
    List<DynamicTest> tests = new ArrayList<>();
    for (FieldDescriptor field : Message.getDescriptor().getFields()) {
      addTests(tests, List.of(field));
    }
    return tests;
  }

  private static void addTests(List<DynamicTest> tests, List<FieldDescriptor> path) {
    FieldDescriptor last = path.get(path.size() - 1);
    if (last.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      for (FieldDescriptor field : last.getMessageType().getFields()) {
        List<FieldDescriptor> longer = new ArrayList<>(path);
        longer.add(field);
        addTests(tests, longer);
      }
      return;
    }
    String name = String.join(".", path.stream().map(FieldDescriptor::getName).toList());
    tests.add(
        DynamicTest.dynamicTest(
            name, () -> assertThat(hash(path, true)).as(name).isNotEqualTo(hash(path, false))));
  }

  /** Returns the hash of a message in which all of a path is set, but its end only if wanted. */
  private static long hash(List<FieldDescriptor> path, boolean withEnd) {
    Message.Builder message = Message.newBuilder();
    set(message, path, withEnd);
    Trace trace = new Trace();
    trace.add(message.build());
    return trace.hash();
  }

  private static void set(
      com.google.protobuf.Message.Builder message, List<FieldDescriptor> path, boolean withEnd) {
    FieldDescriptor field = path.get(0);
    if (path.size() == 1 && !withEnd) {
      return;
    }
    Object value;
    if (path.size() == 1) {
      value = valueOf(field);
    } else {
      com.google.protobuf.Message.Builder inner = message.newBuilderForField(field);
      set(inner, path.subList(1, path.size()), withEnd);
      value = inner.build();
    }
    if (field.isRepeated()) {
      message.addRepeatedField(field, value);
    } else {
      message.setField(field, value);
    }
  }

  private static Object valueOf(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> 7;
      case LONG -> 7L;
      case BOOLEAN -> true;
      case STRING -> "seven";
      case BYTE_STRING -> ByteString.copyFromUtf8("seven");
      case ENUM -> last(field.getEnumType());
      case FLOAT, DOUBLE, MESSAGE -> throw new IllegalArgumentException(field.getFullName());
    };
  }

  private static Object last(EnumDescriptor type) {
    return type.getValues().get(type.getValues().size() - 1);
  }
}
