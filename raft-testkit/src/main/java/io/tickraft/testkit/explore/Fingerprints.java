package io.tickraft.testkit.explore;

/**
 * The fingerprints of all states that were found, 8 bytes each, in one table with open addressing.
 */
final class Fingerprints {

  private static final int FIRST_BITS = 16;
  private static final int MAX_LENGTH = 1 << 30;

  /** Three quarters of the largest table: a fuller one would be slow. */
  static final int MAX_SIZE = MAX_LENGTH / 4 * 3;

  private int bits = FIRST_BITS;
  private long[] table = new long[1 << FIRST_BITS];
  private int size;

  /**
   * Adds a fingerprint.
   *
   * @return whether it is new
   */
  boolean add(long fingerprint) {
    // 0 marks a free slot.
    long stored = fingerprint == 0 ? 1 : fingerprint;
    if (4L * size >= 3L * table.length && table.length < MAX_LENGTH) {
      grow();
    }
    int mask = table.length - 1;
    int place = (int) (stored >>> (Long.SIZE - bits));
    while (table[place] != 0) {
      if (table[place] == stored) {
        return false;
      }
      place = (place + 1) & mask;
    }
    table[place] = stored;
    size++;
    return true;
  }

  private void grow() {
    long[] old = table;
    bits++;
    table = new long[2 * old.length];
    int mask = table.length - 1;
    for (long stored : old) {
      if (stored != 0) {
        int place = (int) (stored >>> (Long.SIZE - bits));
        while (table[place] != 0) {
          place = (place + 1) & mask;
        }
        table[place] = stored;
      }
    }
  }

  /** {@return the number of fingerprints} */
  int size() {
    return size;
  }

  /**
   * {@return an estimate of the probability that two different states had the same fingerprint, so
   * that one of them was not explored: from 0 to 1}
   */
  double collisionOdds() {
    return (double) size * size / Math.pow(2, Long.SIZE + 1);
  }

  /** {@return the size of the table, in bytes} */
  long bytes() {
    return (long) table.length * Long.BYTES;
  }
}
