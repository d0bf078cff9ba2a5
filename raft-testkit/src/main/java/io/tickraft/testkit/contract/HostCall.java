package io.tickraft.testkit.contract;

import io.tickraft.testkit.text.FrameText;
import java.util.Optional;

/** The call of a watched node, or of its watch, that the host is making: read from the stack. */
final class HostCall {

  private HostCall() {}

  /**
   * {@return the call and the place of the host that makes it, such as {@code WatchedNode.advance
   * in com.example.Loop.work(Loop.java:57)}; empty if no host is making one, or if the JVM has left
   * out the stack trace}
   */
  static Optional<String> onTheStack() {
    StackTraceElement[] stack = new Throwable().getStackTrace();
    for (int i = 0; i + 1 < stack.length; i++) {
      if (isCallOfAHost(stack[i]) && !isOfTheWatch(stack[i + 1])) {
        return Optional.of(call(stack[i]) + " in " + places(stack, i));
      }
    }
    return Optional.empty();
  }

  private static boolean isCallOfAHost(StackTraceElement frame) {
    return isOf(WatchedNode.class, frame)
        ? !frame.getMethodName().startsWith("lambda$")
        : isOf(HostWatch.class, frame) && frame.getMethodName().equals("open");
  }

  private static boolean isOfTheWatch(StackTraceElement frame) {
    return isOf(WatchedNode.class, frame) || isOf(HostWatch.class, frame);
  }

  private static boolean isOf(Class<?> type, StackTraceElement frame) {
    return frame.getClassName().equals(type.getName());
  }

  /**
   * Returns the place that makes the call at a position. A method of the same name most likely only
   * passes the call on, as that of an interface between a loop and its node does: then also the
   * place that has called it.
   */
  private static String places(StackTraceElement[] stack, int call) {
    int caller = nextOfTheHost(stack, call);
    String place = FrameText.of(stack[caller]);
    return caller + 1 < stack.length
            && stack[caller].getMethodName().equals(stack[call].getMethodName())
        ? place + ", called in " + FrameText.of(stack[nextOfTheHost(stack, caller)])
        : place;
  }

  /** A host may call a method of a node through one of the JDK, such as {@code List.forEach}. */
  private static int nextOfTheHost(StackTraceElement[] stack, int after) {
    for (int i = after + 1; i < stack.length; i++) {
      if (!stack[i].getClassName().startsWith("java.")) {
        return i;
      }
    }
    return after + 1;
  }

  private static String call(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName();
  }
}
