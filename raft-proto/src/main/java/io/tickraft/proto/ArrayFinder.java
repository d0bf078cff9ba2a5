package io.tickraft.proto;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds the array behind a {@code ByteString} without a copy, if there is one. */
final class ArrayFinder extends ByteOutput {

  private static final byte[] NO_BYTES = {};

  private byte[] array = NO_BYTES;
  private int offset;
  private int parts;

  /** Returns whether all bytes are in one array. */
  boolean find(ByteString bytes) {
    array = NO_BYTES;
    parts = 0;
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, this);
    } catch (IOException e) {
      throw new AssertionError("this output never throws", e);
    }
    return parts == 1 && array != NO_BYTES;
  }

  @Override
  public void write(byte value) {
    parts++;
  }

  @Override
  public void write(byte[] value, int from, int length) {
    parts++; // A temporary array.
  }

  @Override
  public void writeLazy(byte[] value, int from, int length) {
    array = value;
    offset = from;
    parts++;
  }

  @Override
  public void write(ByteBuffer value) {
    parts++;
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    parts++;
  }

  /** The array that was found. */
  byte[] array() {
    return array;
  }

  /** The position of the first byte in the array. */
  int offset() {
    return offset;
  }

  /** Keeps no reference to the array. */
  void forget() {
    array = NO_BYTES;
  }
}
