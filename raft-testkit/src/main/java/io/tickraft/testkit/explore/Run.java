package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One run of an {@link Exploration}: creates its parts and starts its search. */
final class Run implements Search.Watch {

  private final Exploration exploration;
  private final Predicate<Exploration.Progress> goesOn;
  private final Messages messages;
  private final Locals locals;
  private final Acts acts;
  private final Symmetry symmetry;
  private final Pasts pasts;
  private int[] prelude = new int[0];
  private long probes;

  Run(Exploration exploration, Predicate<Exploration.Progress> goesOn) {
    this.exploration = exploration;
    this.goesOn = goesOn;
    this.acts = exploration.acts(exploration.isSplit());
    this.symmetry = exploration.symmetry();
    this.pasts = new Pasts(symmetry);
    this.messages = new Messages(symmetry);
    this.locals =
        new Locals(
            acts,
            symmetry,
            messages,
            exploration.hosts(acts, messages, symmetry),
            exploration.nodes(),
            exploration.horizon(),
            exploration.kindsOfOneNode());
  }

  /** {@return a new rehearsal, whose nodes have just started} */
  Rehearsal rehearsal() {
    LocalState[] first = new LocalState[exploration.nodes()];
    for (int node = 0; node < first.length; node++) {
      first[node] = locals.start(node);
    }
    return new Rehearsal(
        locals,
        messages,
        pasts,
        acts,
        first,
        () -> {
          Group group = exploration.group(new Oracle() {});
          group.start();
          return group;
        });
  }

  Exploration.Result result() {
    Rehearsal rehearsal = rehearsal();
    try {
      exploration.prelude().in(rehearsal);
      prelude = rehearsal.events();
      group(new int[0], exploration.newOracle()).close();
    } catch (Prelude.ImpossibleException e) {
      throw e;
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      return brokenInPrelude(rehearsal.events(), e);
    }
    Search search =
        new Search(locals, messages, pasts, acts, symmetry, exploration.limits(), this, rehearsal);
    try {
      return result(search, search.run() == Search.End.EXHAUSTED, Optional.empty());
    } catch (Search.Broken e) {
      return result(search, false, Optional.of(counterexample(e)));
    }
  }

  private Exploration.Result brokenInPrelude(int[] events, Throwable cause) {
    prelude = events;
    return new Exploration.Result(
        1,
        0,
        0,
        0,
        locals.states(),
        locals.steps(),
        0,
        false,
        0,
        Optional.of(counterexample(new Search.Broken(new int[0], cause))));
  }

  private Exploration.Result result(
      Search search, boolean isExhausted, Optional<Counterexample> counterexample) {
    return new Exploration.Result(
        search.states(),
        search.transitions(),
        search.depth(),
        search.leftOut(),
        locals.states(),
        locals.steps(),
        probes,
        isExhausted,
        search.collisionOdds(),
        counterexample);
  }

  private int[] whole(int[] path) {
    int[] whole = Arrays.copyOf(prelude, prelude.length + path.length);
    System.arraycopy(path, 0, whole, prelude.length, path.length);
    return whole;
  }

  /** {@return the message of an event; the default instance if the event has none} */
  Message message(int event) {
    return messages.of(event);
  }

  /**
   * {@return for each new state that one event leads to from the end of a rehearsal, such an event;
   * none if one of the possible events breaks a promise}
   */
  List<Integer> events(Rehearsal states) {
    List<Integer> events = new ArrayList<>();
    Search.Watch watch =
        new Search.Watch() {
          @Override
          public void judge(int[] path, LocalStep step) {}

          @Override
          public void found(Search search, int state, long fingerprint) {
            events.add(search.path(state)[0]);
          }

          @Override
          public boolean goesOn(Search search) {
            return true;
          }
        };
    Search.Limits limits = exploration.limits();
    Search search =
        new Search(
            locals,
            messages,
            pasts,
            acts,
            symmetry,
            new Search.Limits(
                limits.allowed(), 1, limits.inFlight(), limits.states(), limits.bytes()),
            watch,
            states);
    try {
      search.run();
    } catch (Search.Broken e) {
      return List.of();
    }
    return events;
  }

  private Group group(int[] path, Oracle oracle) {
    Group group = exploration.group(oracle);
    try {
      group.start();
      for (int event : whole(path)) {
        group.perform(event, message(event));
      }
      return group;
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      group.close();
      throw e;
    }
  }

  @Override
  public void judge(int[] path, LocalStep step) {
    int node = step.to().node();
    try (Group group = group(path, exploration.newOracle())) {
      if (!locals.isAlike(group.host(node), group.starts(node), step.to())) {
        throw Locals.differs(node);
      }
    }
  }

  @Override
  public void found(Search search, int state, long fingerprint) throws Search.Broken {
    int oneOf = exploration.probes();
    if (oneOf == 0 || Long.remainderUnsigned(fingerprint, oneOf) != 0) {
      return;
    }
    probes++;
    int[] path = search.path(state);
    try (Group group = group(path, exploration.newOracle())) {
      new Probe(group, exploration.acts(false), exploration.config(1, 1).electionTicks()).run();
    } catch (RuntimeException | AssertionError e) {
      throw new Search.Broken(path, e);
    }
  }

  @Override
  public boolean goesOn(Search search) {
    return goesOn.test(
        new Exploration.Progress(
            search.states(),
            search.transitions(),
            search.depth(),
            search.waiting(),
            locals.states(),
            search.bytes(),
            search.collisionOdds()));
  }

  private Counterexample counterexample(Search.Broken broken) {
    int[] path = whole(broken.path);
    return Counterexample.of(exploration, path, this::message, broken.failure);
  }
}
