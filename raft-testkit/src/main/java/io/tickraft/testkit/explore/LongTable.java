package io.tickraft.testkit.explore;

/**
 * A number for each of many keys, in two arrays with open addressing. A search looks up a key for
 * each transition, so this has to be fast.
 */
final class LongTable {

  /** The result of {@link #get} for a key that is not there. */
  static final int NONE = -1;

  private static final int FIRST_BITS = 10;

  private int bits = FIRST_BITS;
  private long[] keys = new long[1 << FIRST_BITS];

  /** The number of each key plus 1; 0 if the slot is free. */
  private int[] values = new int[1 << FIRST_BITS];

  private int size;

  /** {@return the number of a key, from 0; {@link #NONE} if it is not there} */
  int get(long key) {
    int mask = keys.length - 1;
    int place = place(key);
    while (values[place] != 0) {
      if (keys[place] == key) {
        return values[place] - 1;
      }
      place = (place + 1) & mask;
    }
    return NONE;
  }

  /** Adds a key that is not there. */
  void put(long key, int value) {
    if (2 * size >= keys.length) {
      grow();
    }
    insert(key, value + 1);
    size++;
  }

  private void insert(long key, int stored) {
    int mask = keys.length - 1;
    int place = place(key);
    while (values[place] != 0) {
      place = (place + 1) & mask;
    }
    keys[place] = key;
    values[place] = stored;
  }

  private int place(long key) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - bits));
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    bits++;
    keys = new long[2 * oldKeys.length];
    values = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        insert(oldKeys[i], oldValues[i]);
      }
    }
  }
}
