package io.tickraft.testkit.picture;

/** What a client has asked a node's host for, and how that ended. */
final class ClientOperation {

  /** What was asked for: {@code write}, {@code change}, {@code read} or {@code transfer}. */
  final String kind;

  final long node;
  final String text;

  /** The number of the step in which it began. */
  final int begin;

  /** The number of the step in which it ended; -1 while it is open. */
  int end = -1;

  /** How it ended, in words; empty while it is open. */
  String outcome = "";

  /** Whether it has done what was asked for. */
  boolean isDone;

  ClientOperation(String kind, long node, String text, int begin) {
    this.kind = kind;
    this.node = node;
    this.text = text;
    this.begin = begin;
  }

  boolean isOpen() {
    return end < 0;
  }

  void end(int step, String how, boolean done) {
    end = step;
    outcome = how;
    isDone = done;
  }
}
