package io.tickraft.core.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RawNode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each field of a node is in its digest, or there is a reason here why it is not; and each field is
 * copied.
 */
class DigestedFieldsTest {

  private static final Path SOURCES = Path.of("src/main/java");

  /** Why a field does not decide what the node does next. */
  private static final Map<String, String> NOT_DIGESTED = new TreeMap<>();

  private static void because(String reason, String... fields) {
    for (String field : fields) {
      NOT_DIGESTED.put(field, reason);
    }
  }

  static {
    because(
        "a setting",
        "Applying.maxUnapplied",
        "Clock.electionTicks",
        "HostReads.config",
        "Outbox.config",
        "Progress.maxInflightAppends",
        "Progress.maxInflightBytes",
        "RawNode.config");
    because(
        "seen by the observer only",
        "HostDelays.applied",
        "HostDelays.appliedSince",
        "HostDelays.applyThreshold",
        "HostDelays.electionTicks",
        "HostDelays.persistThreshold",
        "NodeState.events",
        "Outbox.events",
        "Raft.hostDelays",
        "Raft.reportedTerm",
        "RawNode.observed",
        "SnapshotTransfer.age",
        "SnapshotTransfer.tooLargeIndex");
    because(
        "remembers what other fields or the storage say",
        "Applying.batchBytes",
        "HostReads.nextDeadline",
        "IndexedBytes.total",
        "Outbox.bytes",
        "Outbox.count",
        "Outbox.mayHoldSuperseded",
        "RaftLog.knownLast",
        "RaftLog.termOfLast",
        "RawNode.maybeReady",
        "RawNode.surelyReady",
        "ReadRounds.inRounds",
        "Replication.members",
        "Replication.prev",
        "Replication.voters");
    because("checks answers of a storage that are right", "RaftLog.latestTerm");
    because("the storage, which the caller digests", "RaftLog.storage");
    because("without state", "NodeState.envelope", "Persistence.builder", "Raft.admission");
    because("another owner of the same object", "Applying.log", "Transfer.outcomes");
    because("a tick before it does nothing", "Clock.deadline");
    because("a node that is digested can be called", "RawNode.callable", "RawNode.failure");
    because("says which thread may call", "RawNode.owner");
    because("the same for all copies", "RawNode.origin");
    because("part of another field", "NodeState.applying", "RawNode.clock");
    because(
        "read by a method that the digest calls",
        "OutstandingWrites.head",
        "OutstandingWrites.ring",
        "Tally.votes");
  }

  /** Begins anew in a copy, or is passed to the constructor of the copy under another name. */
  private static final Set<String> NOT_COPIED =
      new TreeSet<>(
          List.of(
              "HostReads.clock",
              "Raft.admission",
              "NodeState.envelope",
              "Persistence.builder",
              "RawNode.callable",
              "RawNode.failure",
              "RawNode.maybeReady",
              "RawNode.surelyReady",
              "Replication.prev",
              "Transfer.clock",
              "Transfer.outcomes"));

  /** What has no state of its own, or is digested and copied as a whole by whoever holds it. */
  private static final Set<String> LEAVES =
      Set.of(
          "Admission",
          "CampaignOrder",
          "CheckedStorage",
          "Configuration",
          "EntryBuffer",
          "EntryCache",
          "Events",
          "LogId",
          "RaftConfig",
          "SingleOwner",
          "VotersProgress");

  /** The classes of the core that a node is made of, found by the types of the fields. */
  private static Set<Class<?>> parts() {
    Set<Class<?>> parts = new LinkedHashSet<>();
    ArrayDeque<Class<?>> left = new ArrayDeque<>(Set.of(RawNode.class));
    left.addAll(
        Set.of(
            Leader.class, Follower.class, Candidate.class, PreCandidate.class, Campaigner.class));
    while (!left.isEmpty()) {
      Class<?> part = left.remove();
      if (parts.add(part)) {
        fields(part).flatMap(field -> types(field.getGenericType())).forEach(left::add);
      }
    }
    return parts;
  }

  private static Stream<Field> fields(Class<?> of) {
    return Stream.of(of.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic());
  }

  private static Stream<Class<?>> types(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Stream.of(parameterized.getActualTypeArguments()).flatMap(DigestedFieldsTest::types);
    }
    if (!(type instanceof Class<?> its)) {
      return Stream.empty();
    }
    Class<?> element = its.isArray() ? its.getComponentType() : its;
    return element.getName().startsWith("io.tickraft.core.")
            && !element.isEnum()
            && !element.isInterface()
            && !LEAVES.contains(element.getSimpleName())
        ? Stream.of(element)
        : Stream.empty();
  }

  private static String source(Class<?> of) throws IOException {
    Class<?> outermost = of.getNestHost();
    return Files.readString(
        SOURCES.resolve(outermost.getName().replace('.', '/') + ".java"), UTF_8);
  }

  /** The bodies of all methods and constructors whose head matches. */
  private static String bodies(String source, String head) {
    StringBuilder bodies = new StringBuilder();
    Matcher method = Pattern.compile("\n  [^\n;=]*" + head + "[^;{]*\\{").matcher(source);
    while (method.find()) {
      int end = source.indexOf("\n  }\n", method.end());
      bodies.append(source, method.end(), end);
    }
    return bodies.toString();
  }

  private static boolean mentions(String text, String field) {
    return Pattern.compile("\\b" + field + "\\b").matcher(text).find();
  }

  private static Set<String> missing(Set<Class<?>> parts, String head) throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Class<?> part : parts) {
      String bodies = bodies(source(part), head.replace("ITSELF", part.getSimpleName()));
      fields(part)
          .filter(field -> !mentions(bodies, field.getName()))
          .forEach(field -> missing.add(part.getSimpleName() + "." + field.getName()));
    }
    return missing;
  }

  @Test
  void eachFieldIsInTheDigestOrThereIsAReason() throws IOException {
    assertThat(missing(parts(), "\\bdigest\\(")).isEqualTo(NOT_DIGESTED.keySet());
  }

  @Test
  void eachFieldIsCopied() throws IOException {
    Set<Class<?>> mutable =
        parts().stream()
            .filter(part -> !part.isRecord() && !part.equals(Follower.class))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    assertThat(missing(mutable, "\\b(copy\\(|copyOfTally\\(|ITSELF\\(ITSELF other\\b)"))
        .isEqualTo(NOT_COPIED);
  }

  @Test
  void thePartsOfANodeAreFound() {
    assertThat(parts().stream().map(Class::getSimpleName))
        .contains("RawNode", "NodeState", "Leader", "Progress", "OutstandingWrites", "Write")
        .contains("Membership", "Change", "Read", "Round", "Key", "Tally", "UnstableTail");
  }
}
