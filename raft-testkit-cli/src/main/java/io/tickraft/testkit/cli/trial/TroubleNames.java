package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.fuzz.Trouble;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The kinds of trouble as they are written in options and files, such as {@code torn-writes}. */
final class TroubleNames implements ITypeConverter<Trouble> {

  @Override
  public Trouble convert(String name) {
    try {
      return parse(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Returns a kind; throws an IllegalArgumentException that says which ones there are. */
  static Trouble parse(String name) {
    return Arrays.stream(Trouble.values())
        .filter(trouble -> of(trouble).equals(name.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + name
                        + "' is no kind of trouble; the kinds are "
                        + of(Arrays.asList(Trouble.values()))));
  }

  static String of(Trouble trouble) {
    return trouble.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String of(Collection<Trouble> troubles) {
    return troubles.stream().map(TroubleNames::of).collect(Collectors.joining(","));
  }
}
