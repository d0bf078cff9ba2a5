package io.tickraft.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search for a linearization of the operations on one part of the state, depth first.
 *
 * <p>It goes from answer to answer. An operation must have taken effect at its answer, and others
 * that are pending may have taken effect before it. A configuration that was tried before the same
 * answer is not tried again.
 */
final class Search<S, I, O> {

  /** A configuration before an answer, and the pending operations that were not tried in it. */
  private static final class Node<S, I, O> {
    final Configuration<S, I, O> configuration;
    final int answer;
    int tried;
    List<Model.Step<S, O>> steps = List.of();
    int stepsTried;

    Node(Configuration<S, I, O> configuration, int answer) {
      this.configuration = configuration;
      this.answer = answer;
    }
  }

  private final Model<S, I, O> model;
  private final Timeline<I, O> timeline;
  private final long maxSteps;
  private long steps;

  /** The path to the configuration that is being tried. */
  private final ArrayDeque<Node<S, I, O>> path = new ArrayDeque<>();

  /** The configurations that were tried, by the number of the next answer. */
  private final List<Configurations<S, I, O>> tried = new ArrayList<>();

  Search(Model<S, I, O> model, List<Operation<I, O>> operations, long maxSteps) {
    this.model = model;
    this.timeline = new Timeline<>(operations);
    this.maxSteps = maxSteps;
  }

  /** Returns how many steps of the model were tried. */
  long steps() {
    return steps;
  }

  Verdict<I, O> verdict() {
    Configuration<S, I, O> last =
        enter(new Configuration<>(model.initial(), new BitSet(), null), 0);
    while (last == null && !path.isEmpty()) {
      if (steps > maxSteps) {
        return new Verdict.Undecided<>(steps);
      }
      last = tryNext(path.getLast());
    }
    return last == null
        ? notLinearizable()
        : new Verdict.Linearizable<>(last.order().stream().map(Verdict.Placed::operation).toList());
  }

  /**
   * Goes to a configuration, past all answers that it explains.
   *
   * @return the configuration if it explains all answers, else null
   */
  private @Nullable Configuration<S, I, O> enter(Configuration<S, I, O> entered, int next) {
    Configuration<S, I, O> configuration = entered;
    for (int i = next; i < timeline.answers().size(); i++) {
      Timeline.Answer<I, O> answer = timeline.answers().get(i);
      configuration = withQueries(configuration, answer.pending());
      if (!configuration.done().get(answer.answered().number())) {
        if (i == tried.size()) {
          tried.add(new Configurations<>(timeline.unknown()));
        }
        if (tried.get(i).add(configuration)) {
          path.addLast(new Node<>(configuration, i));
        }
        return null;
      }
      configuration = configuration.without(answer.answered().number());
      if (i == tried.size()) {
        tried.add(new Configurations<>(timeline.unknown()));
      }
    }
    return configuration;
  }

  /** Tries the next operation in a configuration, or leaves it if there is none. */
  private @Nullable Configuration<S, I, O> tryNext(Node<S, I, O> node) {
    List<Timeline.Pending<I, O>> pending = timeline.answers().get(node.answer).pending();
    while (node.stepsTried == node.steps.size()) {
      if (node.tried == pending.size()) {
        path.removeLast();
        return null;
      }
      Timeline.Pending<I, O> next = pending.get(node.tried++);
      node.stepsTried = 0;
      node.steps =
          next.isUsable(node.configuration.done()) && !model.isQuery(next.operation().input())
              ? steps(node.configuration, next.operation())
              : List.of();
    }
    Timeline.Pending<I, O> done = pending.get(node.tried - 1);
    Model.Step<S, O> step = node.steps.get(node.stepsTried++);
    return enter(node.configuration.then(done, step.state()), node.answer);
  }

  /** Returns the steps with the output that the client got, if it got one. */
  private List<Model.Step<S, O>> steps(
      Configuration<S, I, O> configuration, Operation<I, O> operation) {
    steps++;
    List<Model.Step<S, O>> all = model.steps(configuration.state(), operation.input());
    return operation.completion() instanceof Completion.Ok<O> ok
        ? all.stream().filter(step -> step.output().equals(ok.output())).toList()
        : all;
  }

  /** Lets all queries take effect that get the right answer now: that cannot do any harm. */
  private Configuration<S, I, O> withQueries(
      Configuration<S, I, O> configuration, List<Timeline.Pending<I, O>> pending) {
    Configuration<S, I, O> result = configuration;
    for (Timeline.Pending<I, O> one : pending) {
      if (model.isQuery(one.operation().input())
          && !result.done().get(one.number())
          && !steps(result, one.operation()).isEmpty()) {
        result = result.then(one, result.state());
      }
    }
    return result;
  }

  private Verdict<I, O> notLinearizable() {
    int last = tried.size() - 1;
    Timeline.Answer<I, O> answer = timeline.answers().get(last);
    Operation<I, O> misfit = answer.answered().operation();
    Configuration<S, I, O> longest =
        Collections.max(tried.get(last).all(), Comparator.comparingInt(Configuration::length));
    List<O> possible =
        model.steps(longest.state(), misfit.input()).stream().map(Model.Step::output).toList();
    List<Operation<I, O>> concurrent =
        answer.pending().stream()
            .filter(one -> !longest.done().get(one.number()))
            .map(Timeline.Pending::operation)
            .filter(operation -> !operation.equals(misfit))
            .toList();
    return new Verdict.NotLinearizable<>(misfit, longest.order(), possible, concurrent);
  }
}
