package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import java.util.Arrays;
import java.util.List;

/**
 * A Ready does not change after the host has taken it, whatever the node does meanwhile. And Readys
 * come to an end: a node whose inputs have ceased does not give its host one Ready after the other.
 */
final class UnchangedReadys implements Oracle {

  /**
   * The highest number of Readys with nothing to persist or to apply, between two ticks or
   * messages. One or two are usual; each read that a storage delivers late may bring another.
   */
  private static final int MAX_IDLE_READYS = 1_000;

  /** The Readys of a node that are taken and not acknowledged as persisted. */
  private static final class Taken {
    // In the order of their numbers.
    private long[] numbers = new long[4];
    private long[] contents = new long[4];
    private int count;

    /** Readys without anything to persist or to apply since the last tick or message. */
    private int idle;

    void add(long number, long content) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
        contents = Arrays.copyOf(contents, 2 * count);
      }
      numbers[count] = number;
      contents[count] = content;
      count++;
    }

    int position(long number) {
      int position = 0;
      while (position < count && numbers[position] != number) {
        position++;
      }
      return position;
    }

    void removeTo(int position) {
      int left = count - position - 1;
      System.arraycopy(numbers, position + 1, numbers, 0, left);
      System.arraycopy(contents, position + 1, contents, 0, left);
      count = left;
    }
  }

  private final ByNode<Taken> nodes = new ByNode<>(node -> new Taken());

  /** Makes an oracle that has seen nothing yet. */
  UnchangedReadys() {}

  @Override
  public void opened(long node, Storage storage) {
    nodes.put(node, new Taken());
  }

  @Override
  public void ticked(long node) {
    nodes.of(node).idle = 0;
  }

  @Override
  public void received(long node, Message message) {
    nodes.of(node).idle = 0;
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Taken taken = nodes.of(node);
    taken.add(ready.number(), content(ready));
    boolean isIdle =
        ready.hardState().isEmpty()
            && ready.entries().isEmpty()
            && ready.snapshot().isEmpty()
            && ready.committedEntries().isEmpty();
    taken.idle += isIdle ? 1 : 0;
    if (taken.idle > MAX_IDLE_READYS) {
      throw new OracleViolation(
          "Readys come to an end",
          "node " + node + " has given its host " + taken.idle + " Readys without a new input");
    }
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    check(nodes.of(node), node, ready);
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    Taken taken = nodes.of(node);
    int position = check(taken, node, ready);
    if (position < taken.count) {
      taken.removeTo(position);
    }
  }

  private static int check(Taken taken, long node, ReadyView ready) {
    int position = taken.position(ready.number());
    if (position < taken.count && taken.contents[position] != content(ready)) {
      throw new OracleViolation(
          "Readys never change",
          "Ready #" + ready.number() + " of node " + node + " has changed since it was taken");
    }
    return position;
  }

  // Contents.

  private static long content(ReadyView ready) {
    long hash = ready.mustSync() ? 1 : 0;
    if (ready.hardState().isPresent()) {
      HardState hardState = ready.hardState().get();
      hash = mix(mix(mix(hash, hardState.getTerm()), hardState.getVote()), hardState.getCommit());
    }
    hash = entries(hash, ready.entries());
    if (ready.snapshot().isPresent()) {
      hash = mix(hash, ready.snapshot().get().getMetadata().getIndex());
    }
    hash = messages(hash, ready.messages());
    hash = messages(hash, ready.messagesAfterPersist());
    hash = entries(hash, ready.committedEntries());
    hash = mix(hash, ready.confState().isPresent() ? 1 : 0);
    return mix(mix(hash, ready.readStates().size()), ready.outcomes().size());
  }

  private static long entries(long before, List<Entry> entries) {
    long hash = mix(before, entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      hash = mix(mix(mix(hash, entry.getIndex()), entry.getTerm()), entry.getData().size());
    }
    return hash;
  }

  private static long messages(long before, List<Message> messages) {
    long hash = mix(before, messages.size());
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      hash =
          mix(
              mix(mix(hash, message.getTo()), message.getTerm()),
              message.getBodyCase().getNumber());
      hash = mix(hash, message.getSerializedSize());
    }
    return hash;
  }

  private static long mix(long hash, long number) {
    return (hash ^ number) * 0x9e3779b97f4a7c15L + 0x7f4a7c15L;
  }
}
