package io.tickraft.testkit.scenario;

import io.tickraft.core.RaftText;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The messages in flight that a command selects, and their order. {@code from}, {@code to} and
 * {@code kind} filter; each is a list, which {@code !} turns into an exclusion. {@code first},
 * {@code last} and {@code pick} select from the result, and {@code order=reverse} reverses it. In
 * place of all options, words name single messages.
 */
final class Selection {

  /** Allows the values of a list, or all others. */
  private record Filter(boolean excludes, List<String> values) {
    boolean allows(String value) {
      return values.contains(value) != excludes;
    }
  }

  private static final SortedSet<String> KINDS = kinds();

  private final Arguments args;
  private final Optional<Filter> from;
  private final Optional<Filter> to;
  private final Optional<Filter> kind;

  private Selection(Arguments args) {
    this.args = args;
    this.from = ids("from");
    this.to = ids("to");
    this.kind = kindOption();
  }

  /** Reads {@code from}, {@code to} and {@code kind}. */
  static Selection of(Arguments args) {
    return new Selection(args);
  }

  private static SortedSet<String> kinds() {
    TreeSet<String> kinds = new TreeSet<>();
    for (Message.BodyCase kind : Message.BodyCase.values()) {
      kinds.add(RaftText.of(kind));
    }
    kinds.remove(RaftText.of(Message.BodyCase.BODY_NOT_SET));
    return kinds;
  }

  private Optional<Filter> ids(String name) {
    return args.option(name)
        .map(
            text ->
                new Filter(
                    text.startsWith("!"),
                    args.ids(name, withoutMark(text)).stream().map(String::valueOf).toList()));
  }

  private Optional<Filter> kindOption() {
    Optional<String> option = args.option("kind");
    if (option.isEmpty()) {
      return Optional.empty();
    }
    List<String> values = Arrays.asList(withoutMark(option.get()).split(",", -1));
    for (String value : values) {
      if (!KINDS.contains(value)) {
        throw args.mistake(
            "kind: unknown kind of message: " + value + "; known are " + String.join(", ", KINDS));
      }
    }
    return Optional.of(new Filter(option.get().startsWith("!"), values));
  }

  private static String withoutMark(String text) {
    return text.startsWith("!") ? text.substring(1) : text;
  }

  boolean matches(Network.Packet packet) {
    Message message = packet.message();
    return allows(from, String.valueOf(message.getFrom()))
        && allows(to, String.valueOf(message.getTo()))
        && allows(kind, RaftText.of(message.getBodyCase()));
  }

  private static boolean allows(Optional<Filter> filter, String value) {
    return filter.isEmpty() || filter.get().allows(value);
  }

  /**
   * Reads the names of messages, or the other options of a selection, and selects from the packets.
   */
  List<Network.Packet> of(List<Network.Packet> packets) {
    if (args.hasWord()) {
      return named(packets, args);
    }
    List<Network.Packet> matching = packets.stream().filter(this::matches).toList();
    int size = matching.size();
    int first = args.option("first", 0, Integer.MAX_VALUE, size);
    int last = args.option("last", 0, Integer.MAX_VALUE, size);
    List<Network.Packet> selected =
        new ArrayList<>(
            matching.subList(Math.max(0, size - Math.min(last, size)), size).stream()
                .limit(first)
                .toList());
    Optional<String> pick = args.option("pick");
    if (pick.isPresent()) {
      selected = picked(selected, args.ids("pick", pick.get()));
    }
    Optional<String> order = args.option("order");
    if (order.isPresent()) {
      if (!order.get().equals("reverse")) {
        throw args.mistake("order: reverse, not " + order.get());
      }
      Collections.reverse(selected);
    }
    return selected;
  }

  /** Reads names of messages, and returns the oldest packet of each. */
  static List<Network.Packet> named(List<Network.Packet> packets, Arguments args) {
    List<Network.Packet> named = new ArrayList<>();
    for (String name : args.rest()) {
      if (!MessageNames.isName(name)) {
        throw args.mistake("not the name of a message, such as \"Append 1→2 t2 #1\": " + name);
      }
      packets.stream()
          .filter(packet -> packet.name().equals(name) && !named.contains(packet))
          .findFirst()
          .ifPresent(named::add);
    }
    return named;
  }

  private List<Network.Packet> picked(List<Network.Packet> from, List<Long> positions) {
    List<Network.Packet> picked = new ArrayList<>();
    for (long position : positions) {
      if (position > from.size()) {
        throw args.mistake("pick: " + position + " of " + from.size() + " messages");
      }
      Network.Packet packet = from.get((int) position - 1);
      if (picked.contains(packet)) {
        throw args.mistake("pick: " + position + " is picked twice");
      }
      picked.add(packet);
    }
    return picked;
  }
}
