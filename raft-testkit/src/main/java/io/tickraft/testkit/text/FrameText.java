package io.tickraft.testkit.text;

/** The text of a place in the code, as in a stack trace. */
public final class FrameText {

  private FrameText() {}

  /**
   * Returns a place as text, without the names of the class loader and the module.
   *
   * @param frame the place
   * @return the class, the method, and the file with the line if the file is known
   */
  public static String of(StackTraceElement frame) {
    String file = frame.getFileName();
    return frame.getClassName()
        + "."
        + frame.getMethodName()
        + (file == null ? "" : "(" + file + ":" + frame.getLineNumber() + ")");
  }
}
