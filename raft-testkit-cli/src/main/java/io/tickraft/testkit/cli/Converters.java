package io.tickraft.testkit.cli;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.tickraft.testkit.cli.campaign.Seeds;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read. */
public final class Converters {

  private Converters() {}

  /** A time, such as {@code 90}, {@code 90s}, {@code 5m} or {@code 8h}. */
  public static final class Time implements ITypeConverter<Duration> {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|)");

    /** Creates a converter. */
    public Time() {}

    @Override
    public Duration convert(String text) {
      Matcher matcher = TIME.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + text + "' is no time, such as 90s, 5m or 8h");
      }
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> Duration.ofSeconds(number);
      };
    }
  }

  /** A size in bytes, such as {@code 500m} or {@code 4g}. */
  static final class Size implements ITypeConverter<Long> {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg])", CASE_INSENSITIVE);

    @Override
    public Long convert(String text) {
      Matcher matcher = SIZE.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + text + "' is no size, such as 500m or 4g");
      }
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
        case "k" -> number << 10;
        case "m" -> number << 20;
        default -> number << 30;
      };
    }
  }

  /**
   * How many seeds, and perhaps which is the first.
   *
   * @param first the first seed; empty if only the number was given
   * @param count the number of seeds
   */
  record SeedRange(OptionalLong first, long count) {}

  /** Seeds, such as {@code 1000}, or {@code 500..999} with both ends. */
  static final class Range implements ITypeConverter<SeedRange> {

    private static final Pattern RANGE = Pattern.compile("(?:([0-9]{1,18})[.][.])?([0-9]{1,18})");

    @Override
    public SeedRange convert(String text) {
      Matcher matcher = RANGE.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no number, and no range like 500..999");
      }
      long last = Long.parseLong(matcher.group(2));
      Optional<Long> first = Optional.ofNullable(matcher.group(1)).map(Long::valueOf);
      long count = first.map(begin -> last - begin + 1).orElse(last);
      if (count < 1) {
        throw new TypeConversionException("'" + text + "' has no seed");
      }
      return new SeedRange(first.map(OptionalLong::of).orElseGet(OptionalLong::empty), count);
    }
  }

  /** A shard, such as {@code 3/40}. */
  static final class ShardOf implements ITypeConverter<Seeds.Shard> {

    private static final Pattern SHARD = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

    @Override
    public Seeds.Shard convert(String text) {
      Matcher matcher = SHARD.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + text + "' is no shard, such as 3/40");
      }
      try {
        return new Seeds.Shard(
            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
