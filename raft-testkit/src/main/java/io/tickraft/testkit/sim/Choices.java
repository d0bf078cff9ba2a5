package io.tickraft.testkit.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The random decisions of a run: which messages are lost, how long the others take, which node
 * crashes, which writes its disk keeps, and what a client does next.
 *
 * <p>Each choice has a name: an <em>occasion</em>, such as the fourth append from node 1 to node 2
 * in term 3, and a <em>label</em>, such as its delay. A random choice depends on the seed and on
 * its name only. So a different run makes the same choice on the same occasion, and one choice can
 * be removed from a run without changing all later ones.
 *
 * <p>Choice 0 is always the most harmless one. The other choices are recorded as a {@link
 * Schedule}, which replays the run. Every schedule can be replayed: a choice that it does not
 * contain is 0, and a choice that the run does not make is skipped.
 *
 * <pre>{@code
 * Choices step = choices.at("step %", 12);
 * if (step.percent("crash", 10)) {
 *   group.crash(step.of("node", List.of(1L, 2L, 3L)));
 * }
 * }</pre>
 */
public final class Choices {

  /** A choice that was made and is not 0. */
  private record Made(Choices occasion, String label, int number) {}

  /** The source that the choices of all occasions of a run come from. */
  private static final class Source {
    final boolean isRandom;
    final long seed;

    /** Makes the choices, whatever their names; null: they are random, or replayed. */
    final @Nullable ChoicePath path;

    /** The numbers to replay, by the hash of their names. */
    final Map<Long, Integer> replayed;

    /** The choices made that are not 0, in their order. */
    final List<Made> record = new ArrayList<>();

    /** How many choices were made, those of 0 included. */
    long made;

    Source(boolean isRandom, long seed, Map<Long, Integer> replayed, @Nullable ChoicePath path) {
      this.isRandom = isRandom;
      this.seed = seed;
      this.replayed = replayed;
      this.path = path;
    }
  }

  private static final long[] NO_NUMBERS = {};
  private static final String ROOT = "run";

  private final Source source;
  private final String pattern;
  private final long[] numbers;
  private final long hash;

  /** How many choices without a label were made on this occasion. */
  private int unlabelled;

  private Choices(Source source, String pattern, long... numbers) {
    this.source = source;
    this.pattern = pattern;
    this.numbers = numbers;
    this.hash = hash(pattern, numbers);
  }

  /**
   * Returns choices at random.
   *
   * @param seed any number; the same seed gives the same choices on every JVM
   * @return new choices
   */
  public static Choices random(long seed) {
    return new Choices(new Source(true, mix(seed), new TreeMap<>(), null), ROOT, NO_NUMBERS);
  }

  /** {@return new choices that are all 0: there are no faults} */
  public static Choices harmless() {
    return replay(new Schedule(List.of()));
  }

  /**
   * Returns recorded choices.
   *
   * @param schedule a result of {@link #record()}, or a simplification of one
   * @return new choices
   * @throws IllegalArgumentException if a choice occurs twice
   */
  public static Choices replay(Schedule schedule) {
    Map<Long, Integer> replayed = new TreeMap<>();
    for (Schedule.Choice choice : schedule.choices()) {
      if (replayed.put(hash(choice), choice.number()) != null) {
        throw new IllegalArgumentException("schedule: the choice occurs twice: " + choice);
      }
    }
    return new Choices(new Source(false, 0, replayed, null), ROOT, NO_NUMBERS);
  }

  /** {@return the choices of a path} */
  static Choices along(ChoicePath path) {
    return new Choices(new Source(false, 0, new TreeMap<>(), path), ROOT, NO_NUMBERS);
  }

  /**
   * Returns the choices of an occasion.
   *
   * @param pattern what the occasion is, with a {@code %} for each number; contains no digit and no
   *     colon
   * @param numbers which occasion it is; none is negative. The same pattern with the same numbers
   *     is the same occasion: use it once in a run
   * @return the choices
   */
  public Choices at(String pattern, long... numbers) {
    return new Choices(source, pattern, numbers);
  }

  /**
   * Returns the choices of a part of this occasion.
   *
   * @param pattern what the part is, as in {@link #at}
   * @param numbers which part it is
   * @return the choices
   */
  public Choices part(String pattern, long... numbers) {
    long[] all = Arrays.copyOf(this.numbers, this.numbers.length + numbers.length);
    System.arraycopy(numbers, 0, all, this.numbers.length, numbers.length);
    return new Choices(source, this.pattern + ", " + pattern, all);
  }

  /**
   * Chooses a number.
   *
   * @param label which choice of this occasion; each label is used once. A label must not start
   *     with {@code #}
   * @param bound the number of choices, at least 1
   * @return a number from 0 to {@code bound - 1}
   * @throws IllegalArgumentException if {@code bound} is below 1
   */
  public int next(String label, int bound) {
    if (bound == 1) {
      return 0; // No choice: not recorded.
    }
    if (bound < 1) {
      throw new IllegalArgumentException("bound: at least 1: " + bound);
    }
    long name = name(label);
    if (source.path != null) {
      return record(label, source.path.choose(bound));
    }
    // In a changed schedule, a number may be above this bound.
    return record(
        label,
        source.isRandom ? random(name, bound) : source.replayed.getOrDefault(name, 0) % bound);
  }

  /**
   * Chooses a number. The choices of an occasion that have no label are numbered. So if one of them
   * is removed, all later ones of this occasion change.
   *
   * @param bound the number of choices, at least 1
   * @return a number from 0 to {@code bound - 1}
   * @throws IllegalArgumentException if {@code bound} is below 1
   */
  public int next(int bound) {
    return next(nextLabel(), bound);
  }

  private String nextLabel() {
    return "#" + unlabelled++;
  }

  private int random(long name, int bound) {
    return (int) ((mix(source.seed ^ name) >>> 33) % bound);
  }

  private int record(String label, int chosen) {
    source.made++;
    if (chosen != 0) {
      source.record.add(new Made(this, label, chosen));
    }
    return chosen;
  }

  /**
   * Chooses a number that is at most {@code usual} at random, such as a usual delay. A schedule may
   * contain a larger number.
   *
   * @param label which choice of this occasion
   * @param usual the largest number that is chosen at random, at least 0
   * @param max the largest number that a schedule may contain, at least {@code usual}
   * @return a number from 0 to {@code max}
   * @throws IllegalArgumentException if {@code usual} is negative or above {@code max}
   */
  public int upTo(String label, int usual, int max) {
    if (usual < 0 || usual > max) {
      throw new IllegalArgumentException("usual: 0 to " + max + ": " + usual);
    }
    if (source.path != null) {
      return record(label, source.path.choose(usual + 1));
    }
    if (source.isRandom) {
      return usual == 0 ? 0 : record(label, random(name(label), usual + 1));
    }
    return record(label, Math.min(source.replayed.getOrDefault(name(label), 0), max));
  }

  /**
   * Chooses one of several alternatives, or none. At random, the probability of each is
   * proportional to its weight. A schedule may contain any of them.
   *
   * @param labels the alternatives, each a label of its own
   * @param weights the weight of each alternative, not negative
   * @return the position of a label; -1 for none, which is the most harmless choice, and is chosen
   *     at random only if all weights are 0
   */
  public int oneOf(List<String> labels, int... weights) {
    int chosen =
        source.path != null
            ? alongPath(source.path, weights)
            : source.isRandom ? randomOf(weights) : replayedOf(labels);
    if (chosen >= 0) {
      record(labels.get(chosen), 1);
    }
    return chosen;
  }

  private static int alongPath(ChoicePath path, int... weights) {
    int[] possible = IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
    int chosen = path.choose(possible.length + 1);
    return chosen == 0 ? -1 : possible[chosen - 1];
  }

  private int randomOf(int... weights) {
    int left = random(name("one of"), Math.max(1, Arrays.stream(weights).sum()));
    for (int i = 0; i < weights.length; i++) {
      if (left < weights[i]) {
        return i;
      }
      left -= weights[i];
    }
    return -1;
  }

  private int replayedOf(List<String> labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (source.replayed.containsKey(name(labels.get(i)))) {
        return i;
      }
    }
    return -1;
  }

  private long name(String label) {
    return mix(hash ^ hash(label));
  }

  /**
   * Chooses a number in a range.
   *
   * @param label which choice of this occasion
   * @param from the first number, the most harmless choice
   * @param to the last number, at least {@code from}
   * @return a number from {@code from} to {@code to}
   * @throws IllegalArgumentException if {@code to} is below {@code from}
   */
  public int between(String label, int from, int to) {
    return from + next(label, to - from + 1);
  }

  /**
   * Chooses a number in a range.
   *
   * @param from the first number, the most harmless choice
   * @param to the last number, at least {@code from}
   * @return a number from {@code from} to {@code to}
   * @throws IllegalArgumentException if {@code to} is below {@code from}
   */
  public int between(int from, int to) {
    return between(nextLabel(), from, to);
  }

  /**
   * Chooses whether something happens. A schedule may contain the choice even if the probability is
   * 0.
   *
   * @param label which choice of this occasion
   * @param percent the probability, from 0 to 100; with 100 there is no choice
   * @return whether it happens; the harmless choice is that it does not
   */
  public boolean percent(String label, int percent) {
    boolean isReplayed = !source.isRandom && source.path == null;
    if (percent >= 100 || (percent <= 0 && !isReplayed)) {
      return percent > 0;
    }
    boolean happens =
        source.path != null
            ? source.path.choose(2) == 1
            : source.isRandom
                ? random(name(label), 100) < percent
                : source.replayed.containsKey(name(label));
    return record(label, happens ? 1 : 0) == 1;
  }

  /**
   * Chooses whether something happens.
   *
   * @param percent the probability, from 0 to 100
   * @return whether it happens; the harmless choice is that it does not
   */
  public boolean percent(int percent) {
    return percent(nextLabel(), percent);
  }

  /**
   * Chooses an element.
   *
   * @param <T> the type of the elements
   * @param label which choice of this occasion
   * @param elements at least one; the first is the most harmless choice
   * @return one of them
   * @throws IllegalArgumentException if there is no element
   */
  public <T> T of(String label, List<T> elements) {
    return elements.get(next(label, elements.size()));
  }

  /**
   * Chooses an element.
   *
   * @param <T> the type of the elements
   * @param elements at least one; the first is the most harmless choice
   * @return one of them
   * @throws IllegalArgumentException if there is no element
   */
  public <T> T of(List<T> elements) {
    return of(nextLabel(), elements);
  }

  /** {@return how many choices of all occasions were made, those of 0 included} */
  public long made() {
    return source.made;
  }

  /**
   * Returns the choices of all occasions so far that are not 0, to be {@linkplain #replay
   * replayed}.
   *
   * @return the choices, in their order
   * @throws IllegalStateException if two of them have the same name because an occasion or a label
   *     was used twice; or if the pattern of an occasion contains a digit, or a number is negative
   */
  public Schedule record() {
    List<Schedule.Choice> choices = new ArrayList<>(source.record.size());
    Set<Long> names = new TreeSet<>();
    for (Made made : source.record) {
      Schedule.Choice choice =
          new Schedule.Choice(made.occasion.occasion(), made.label, made.number);
      if (hash(choice) != made.occasion.name(made.label)) {
        throw new IllegalStateException(
            "a pattern must not contain a digit, and no number may be negative: '"
                + choice.occasion()
                + "'");
      }
      if (!names.add(hash(choice))) {
        throw new IllegalStateException("this choice was made twice: " + choice);
      }
      choices.add(choice);
    }
    return new Schedule(choices);
  }

  /**
   * Returns the latest choices of all occasions that are not 0, for a transcript of the run. Unlike
   * {@link #record()}, this method does not check the names.
   *
   * @param from how many of the first choices to leave out, from 0
   * @return the other choices, in their order
   */
  public List<Schedule.Choice> recordFrom(int from) {
    return source.record.subList(from, source.record.size()).stream()
        .map(made -> new Schedule.Choice(made.occasion.occasion(), made.label, made.number))
        .toList();
  }

  // Names.

  private String occasion() {
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%' && next < numbers.length) {
        text.append(numbers[next++]);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static long hash(Schedule.Choice choice) {
    StringBuilder pattern = new StringBuilder();
    List<Long> numbers = new ArrayList<>();
    String occasion = choice.occasion();
    int i = 0;
    while (i < occasion.length()) {
      if (!Schedule.isDigit(occasion.charAt(i))) {
        pattern.append(occasion.charAt(i));
        i++;
        continue;
      }
      long number = 0;
      while (i < occasion.length() && Schedule.isDigit(occasion.charAt(i))) {
        number = 10 * number + (occasion.charAt(i) - '0');
        i++;
      }
      pattern.append('%');
      numbers.add(number);
    }
    long occasionHash =
        hash(pattern.toString(), numbers.stream().mapToLong(Long::longValue).toArray());
    return mix(occasionHash ^ hash(choice.label()));
  }

  private static long hash(String pattern, long... numbers) {
    long hash = hash(pattern);
    for (long number : numbers) {
      hash = mix(hash) ^ number;
    }
    return mix(hash);
  }

  /** Returns a hash of the characters of a text. */
  static long hash(String text) {
    long hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return hash;
  }

  /** The mixing function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private static long mix(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
