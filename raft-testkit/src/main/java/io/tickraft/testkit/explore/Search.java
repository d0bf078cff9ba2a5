package io.tickraft.testkit.explore;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.Arrays;

/**
 * Finds all global states of a group, breadth first. So each state is reached by as few events as
 * possible, and a broken promise is found by a shortest run.
 *
 * <p>A global state consists of numbers: the local state of each node, the messages in flight, the
 * past, and the number of events of each limited kind. The loss of a message is not an event: a
 * lost message stays in flight.
 */
final class Search {

  /** Bounds of a search. */
  @SuppressWarnings("ArrayRecordComponent") // One number for each kind of event; never compared.
  record Limits(int[] allowed, int depth, int inFlight, long states, long bytes) {}

  /** How a search ends. */
  enum End {
    EXHAUSTED,
    LIMIT,
    STOPPED
  }

  /** Thrown when a promise is broken, with the events that lead there and the failure. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;
    final transient int[] path;
    final transient Throwable failure;

    Broken(int[] path, Throwable failure) {
      super(failure);
      this.path = path;
      this.failure = failure;
    }
  }

  /** Gets the results of a search while it runs. */
  interface Watch {
    /**
     * Checks a run that ends with a new local step.
     *
     * @param path the events of the run
     * @param step its last local step
     */
    void judge(int[] path, LocalStep step);

    /** Gets a new state. */
    void found(Search search, int state, long fingerprint) throws Broken;

    /** {@return whether to continue} Called about every {@link #BETWEEN_CALLS} transitions. */
    boolean goesOn(Search search);
  }

  private static final int BETWEEN_CALLS = 1 << 16;

  /**
   * How many numbers a state has besides its local states and messages: its own number, the past,
   * two for the events, and the number of messages.
   */
  private static final int OTHERS = 5;

  private static final int PAST_FACTS =
      LocalStep.LEADS | LocalStep.COMMITS | LocalStep.LOG | LocalStep.DISK | LocalStep.READS;

  private static final int PAIR_FACTS =
      LocalStep.COMMITS | LocalStep.LOG | LocalStep.DISK | LocalStep.MATCHES | LocalStep.APPLIES;

  private final Locals locals;
  private final Messages messages;
  private final Pasts pasts;
  private final Acts acts;
  private final Limits limits;
  private final Watch watch;
  private final int nodes;
  private final int namings;

  /** The numbers of proposals and of reads in the prelude; later ones are numbered from there. */
  private final int proposals;

  private final int reads;

  private final Fingerprints fingerprints = new Fingerprints();
  private final Paths paths = new Paths();
  private Frontier now = new Frontier();

  /** How many states of {@code now} are expanded. */
  private int expanded;

  private Frontier next = new Frontier();
  private int depth;
  private long transitions;
  private long leftOut;
  private long countdown = BETWEEN_CALLS;

  // The state that is being expanded.
  private final LocalState[] current;
  private Past past;
  private long events;
  private int[] inFlight = new int[16];
  private int inFlightCount;
  private int number;
  private final long[] sums;

  Search(
      Locals locals,
      Messages messages,
      Pasts pasts,
      Acts acts,
      Symmetry symmetry,
      Limits limits,
      Watch watch,
      Rehearsal prelude) {
    this.locals = locals;
    this.messages = messages;
    this.pasts = pasts;
    this.acts = acts;
    this.limits = limits;
    this.watch = watch;
    this.nodes = prelude.states().length;
    this.namings = symmetry.size();
    this.sums = new long[namings];
    this.current = prelude.states().clone();
    this.past = prelude.past();
    this.proposals = prelude.proposals();
    this.reads = prelude.reads();
    int[] sent = prelude.inFlight();
    this.inFlightCount = sent.length;
    ensureInFlight(inFlightCount);
    System.arraycopy(sent, 0, inFlight, 0, inFlightCount);
    Arrays.sort(inFlight, 0, inFlightCount);
    this.number = paths.root();
    sum();
    LocalStep nothing = LocalStep.nothing(current[0]);
    fingerprints.add(fingerprint(nothing, -1, past, 0));
    store(now, number, -1, nothing, past, 0, inFlightCount);
  }

  // Results.

  int states() {
    return fingerprints.size();
  }

  long transitions() {
    return transitions;
  }

  /** {@return how many transitions were left out, as they lead to too many messages in flight} */
  long leftOut() {
    return leftOut;
  }

  int depth() {
    return depth;
  }

  int waiting() {
    return now.states() - expanded + next.states();
  }

  double collisionOdds() {
    return fingerprints.collisionOdds();
  }

  /** {@return the size of the large arrays, in bytes} */
  long bytes() {
    return fingerprints.bytes() + paths.bytes() + now.bytes() + next.bytes();
  }

  int[] path(int state) {
    return paths.to(state);
  }

  // The search.

  /** Searches until all states are expanded, a limit is reached, or the watch ends it. */
  End run() throws Broken {
    while (now.states() > 0 && depth < limits.depth) {
      int place = 0;
      while (place < now.end()) {
        place = load(now.data(), place);
        expand();
        expanded++;
        if (fingerprints.size() >= limits.states || bytes() > limits.bytes) {
          return End.LIMIT;
        }
        if (countdown <= 0) {
          countdown = BETWEEN_CALLS;
          if (!watch.goesOn(this)) {
            return End.STOPPED;
          }
        }
      }
      Frontier done = now;
      done.clear();
      now = next;
      next = done;
      expanded = 0;
      depth += now.states() > 0 ? 1 : 0;
    }
    return now.states() == 0 ? End.EXHAUSTED : End.LIMIT;
  }

  private int load(int[] data, int from) {
    int place = from;
    number = data[place++];
    for (int i = 0; i < nodes; i++) {
      current[i] = locals.state(data[place++]);
    }
    past = pasts.get(data[place++]);
    events = (long) data[place++] << Integer.SIZE;
    events |= data[place++] & 0xFFFF_FFFFL;
    inFlightCount = data[place++];
    ensureInFlight(inFlightCount);
    System.arraycopy(data, place, inFlight, 0, inFlightCount);
    sum();
    return place + inFlightCount;
  }

  private void ensureInFlight(int count) {
    if (count > inFlight.length) {
      inFlight = new int[2 * count];
    }
  }

  private void sum() {
    for (int naming = 0; naming < namings; naming++) {
      long sum = past.hashes()[naming];
      for (LocalState local : current) {
        sum += local.hashes()[naming];
      }
      sums[naming] = sum;
    }
    for (int i = 0; i < inFlightCount; i++) {
      long[] hashes = messages.hashes(inFlight[i]);
      for (int naming = 0; naming < namings; naming++) {
        sums[naming] += hashes[naming];
      }
    }
  }

  private void expand() throws Broken {
    boolean duplicates = isAllowed(EventKind.DUPLICATE);
    for (int i = 0; i < inFlightCount; i++) {
      if (i > 0 && inFlight[i] == inFlight[i - 1]) {
        continue;
      }
      int message = inFlight[i];
      int node = messages.to(message);
      if (node >= nodes) {
        continue; // Its receiver does not exist in the group.
      }
      transition(Event.of(EventKind.DELIVER, node, message), i);
      if (duplicates) {
        transition(Event.of(EventKind.DUPLICATE, node, message), -1);
      }
    }
    for (int node = 0; node < nodes; node++) {
      simple(EventKind.CAMPAIGN, node, 0);
      simple(EventKind.TICK, node, 0);
      simple(EventKind.FORGET_LEADER, node, 0);
      simple(EventKind.PROPOSE, node, proposals + used(EventKind.PROPOSE));
      simple(EventKind.READ, node, reads + used(EventKind.READ));
      simple(EventKind.COMPACT, node, 0);
      for (int change = 0; change < acts.changes(); change++) {
        simple(EventKind.CHANGE, node, change);
      }
      for (int other = 0; other < nodes; other++) {
        if (other != node) {
          simple(EventKind.TRANSFER, node, other);
          simple(EventKind.UNREACHABLE, node, other);
        }
      }
      if (isAllowed(EventKind.CRASH)) {
        crashes(node);
      }
      simple(EventKind.ENTRIES_NOT_YET, node, 0);
      simple(EventKind.SNAPSHOT_NOT_YET, node, 0);
      if (current[node].work().areReadsPaused()) {
        transition(Event.of(EventKind.STORAGE_READY, node, 0), -1);
      }
      if (acts.isSplit()) {
        hostSteps(node);
      }
    }
  }

  private void simple(EventKind kind, int node, int argument) throws Broken {
    if (isAllowed(kind)) {
      transition(Event.of(kind, node, argument), -1);
    }
  }

  private void crashes(int node) throws Broken {
    for (int argument : current[node].crashes()) {
      transition(Event.of(EventKind.CRASH, node, argument), -1);
    }
  }

  private void hostSteps(int node) throws Broken {
    LocalState.Work work = current[node].work();
    if (work.hasReady()) {
      transition(Event.of(EventKind.TAKE, node, 0), -1);
    }
    if (work.isWriting()) {
      transition(Event.of(EventKind.WRITE, node, 0), -1);
    }
    transition(Event.of(EventKind.APPLY, node, 0), -1);
  }

  private boolean isAllowed(EventKind kind) {
    return used(kind) < limits.allowed[position(kind)];
  }

  @SuppressWarnings("EnumOrdinal") // The ordinals are used within one run only.
  private static int position(EventKind kind) {
    return kind.ordinal();
  }

  private int used(EventKind kind) {
    return (int) (events >>> (position(kind) * EventKind.BITS)) & EventKind.MAX;
  }

  /**
   * Makes a transition.
   *
   * @param arriving the position of the message that is delivered, and then no longer in flight; -1
   *     if there is none
   */
  private void transition(int event, int arriving) throws Broken {
    transitions++;
    countdown--;
    LocalState from = current[Event.node(event)];
    LocalStep step = locals.known(from, event);
    if (step == null) {
      step = make(from, event);
    }
    if (step.isNothing()) {
      return; // The state stays the same: what may follow may also happen without this event.
    }
    int newCount = inFlightCount + step.sent().length - (arriving < 0 ? 0 : 1);
    if (newCount > limits.inFlight) {
      leftOut++;
      return;
    }
    Past after = past;
    if (step.has(PAST_FACTS)) {
      try {
        after = pasts.after(past, step, event);
      } catch (OracleViolation e) {
        throw new Broken(paths.to(number, event), e);
      }
    }
    EventKind kind = Event.kind(event);
    long newEvents = kind.isLimited() ? events + (1L << (position(kind) * EventKind.BITS)) : events;
    long fingerprint = fingerprint(step, arriving, after, newEvents);
    if (!fingerprints.add(fingerprint)) {
      return;
    }
    int found = paths.add(number, event);
    store(next, found, arriving, step, after, newEvents, newCount);
    if (step.has(PAIR_FACTS)) {
      checkPairs(step, after, event);
    }
    watch.found(this, found, fingerprint);
  }

  private LocalStep make(LocalState from, int event) throws Broken {
    int[] path = paths.to(number, event);
    try {
      LocalStep step = locals.make(from, event);
      if (!step.isNothing()) {
        watch.judge(path, step);
      }
      return step;
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new Broken(path, e);
    }
  }

  private void checkPairs(LocalStep step, Past after, int event) throws Broken {
    int node = step.to().node();
    current[node] = step.to();
    OracleViolation broken = Pairs.broken(current, step, past, after);
    current[node] = step.from();
    if (broken != null) {
      throw new Broken(paths.to(number, event), broken);
    }
  }

  private long fingerprint(LocalStep step, int arriving, Past after, long newEvents) {
    long least = Long.MAX_VALUE;
    long[] hashes = arriving < 0 ? null : messages.hashes(inFlight[arriving]);
    for (int naming = 0; naming < namings; naming++) {
      long sum = sums[naming] + step.hashes()[naming];
      if (after != past) {
        sum += after.hashes()[naming] - past.hashes()[naming];
      }
      if (hashes != null) {
        sum -= hashes[naming];
      }
      least = Math.min(least, sum);
    }
    return Log.mix(least, newEvents);
  }

  /** Stores the state that a step leads to from the current one. */
  private void store(
      Frontier frontier,
      int found,
      int arriving,
      LocalStep step,
      Past after,
      long newEvents,
      int count) {
    int place = frontier.add(OTHERS + nodes + count);
    int[] data = frontier.data();
    data[place++] = found;
    for (LocalState local : current) {
      data[place++] = (step.from() == local ? step.to() : local).number();
    }
    data[place++] = after.number();
    data[place++] = (int) (newEvents >>> Integer.SIZE);
    data[place++] = (int) newEvents;
    data[place++] = count;
    int[] sent = step.sent();
    int s = 0;
    for (int i = 0; i < inFlightCount; i++) {
      if (i == arriving) {
        continue;
      }
      while (s < sent.length && sent[s] < inFlight[i]) {
        data[place++] = sent[s++];
      }
      data[place++] = inFlight[i];
    }
    while (s < sent.length) {
      data[place++] = sent[s++];
    }
  }
}
