package io.tickraft.testkit.cli.campaign;

/**
 * The seeds of a campaign, or of one shard of it. The shards of a campaign have no seed in common,
 * and together they have all: shard {@code k} of {@code n} has every {@code n}-th seed, from the
 * {@code k}-th one on.
 *
 * @param first the first seed of the campaign, not negative
 * @param count how many seeds the campaign has, at least 1
 * @param shard which shard this is
 */
public record Seeds(long first, long count, Shard shard) {

  /**
   * A part of a campaign.
   *
   * @param number which part, from 1 to {@code of}
   * @param of how many parts there are, at least 1
   */
  public record Shard(int number, int of) {

    /** The whole campaign. */
    public static final Shard WHOLE = new Shard(1, 1);

    /**
     * Creates a shard.
     *
     * @param number which part
     * @param of how many parts there are
     * @throws IllegalArgumentException if there is no such part
     */
    public Shard {
      if (number < 1 || number > of) {
        throw new IllegalArgumentException(
            "'" + number + "/" + of + "': K is from 1 to N, such as 2/3");
      }
    }

    @Override
    public String toString() {
      return number + "/" + of;
    }
  }

  /**
   * Creates seeds.
   *
   * @param first the first seed of the campaign
   * @param count how many seeds the campaign has
   * @param shard which shard this is
   * @throws IllegalArgumentException if a number is out of range
   */
  public Seeds {
    if (first < 0) {
      throw new IllegalArgumentException("the first seed: at least 0: " + first);
    }
    if (count < 1) {
      throw new IllegalArgumentException("seeds: at least 1: " + count);
    }
    if (count - 1 > Long.MAX_VALUE - first) {
      throw new IllegalArgumentException("seeds: the last one is above " + Long.MAX_VALUE);
    }
  }

  /**
   * Returns all seeds from a first one on.
   *
   * @param first the first seed of the campaign
   * @param shard which shard this is
   * @return seeds that do not come to an end
   */
  public static Seeds from(long first, Shard shard) {
    return new Seeds(first, first < 1 ? Long.MAX_VALUE : Long.MAX_VALUE - first + 1, shard);
  }

  /** {@return how many seeds this shard has} */
  public long size() {
    // Rounded up: the shard has the seeds at number - 1, number - 1 + of, and so on.
    long behind = count - (shard.number - 1);
    return behind <= 0 ? 0 : (behind - 1) / shard.of + 1;
  }

  /**
   * Returns a seed of this shard.
   *
   * @param position from 0 to {@code size() - 1}
   * @return the seed
   */
  public long at(long position) {
    return first + (shard.number - 1) + position * shard.of;
  }
}
