package io.tickraft.testkit.labs.tinykv.store;

import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client of the store, in virtual time. It has one request at a time, and sends it until it is
 * answered: to the leader as far as it knows, or to one server after another.
 *
 * <p>Its way to the servers is not the servers' way to each other. A partition does not cut it, but
 * its requests and their answers may be lost, and a request may arrive after the client has given
 * it up and done other things since.
 */
final class KvClient {

  private final Simulation group;
  private final StoreLab lab;
  private final long id;
  private long sequence;

  /** Who led when last heard of. */
  private long leader = 1;

  /** Whom to ask next, and whom of the circle of all servers without a hint. */
  private long server = 1;

  private long circle = 1;

  /** Who did not answer the last try of this request. */
  private long silent;

  private List<Command> commands = List.of();
  private boolean throughLog;
  private Consumer<List<KeyValue>> whenDone = found -> {};
  private int tries;

  KvClient(StoreLab lab, long id) {
    this.lab = lab;
    this.group = lab.group;
    this.id = id;
  }

  boolean isIdle() {
    return commands.isEmpty();
  }

  /**
   * Sends writes, which go through the log.
   *
   * @param writes at least one; they are done one after another
   * @param done told when they are done
   * @throws IllegalStateException if the client waits for the answer to another request
   */
  void write(List<? extends Command.Operation> writes, Runnable done) {
    server = leader;
    request(writes, true, found -> done.run());
  }

  /**
   * Sends a read: through the log, or through a read index of any server.
   *
   * @param read what to read
   * @param done takes what is found
   * @throws IllegalStateException if the client waits for the answer to another request
   */
  void read(Command.Scan read, Consumer<List<KeyValue>> done) {
    boolean logged = lab.choices().next(2) == 0;
    server = logged ? leader : lab.choices().of(group.nodes()).id();
    request(List.of(read), logged, done);
  }

  private void request(
      List<? extends Command.Operation> operations, boolean logged, Consumer<List<KeyValue>> done) {
    if (!isIdle()) {
      throw new IllegalStateException("client " + id + " has one request at a time");
    }
    List<Command> numbered = new ArrayList<>();
    for (Command.Operation operation : operations) {
      numbered.add(new Command(id, ++sequence, operation));
    }
    commands = numbered;
    throughLog = logged;
    silent = 0;
    whenDone = done;
    send();
  }

  /** Tries once. */
  private void send() {
    List<Command> sent = commands;
    int thisTry = ++tries;
    long to = server;
    Request request =
        new Request(sent, throughLog, answer -> travel(() -> answered(sent, thisTry, answer)));
    travel(() -> arrive(to, request));
    group.later(
        StoreLab.TRY_MILLIS,
        () -> {
          if (tries == thisTry && !isIdle()) {
            lab.totals.retries++;
            silent = to;
            askNextOfCircle();
            send();
          }
        });
  }

  private void arrive(long to, Request request) {
    SimNode node = group.node(to);
    if (node.isUp()) {
      ((KvServer) node.machine()).handle(request, group, to);
    } else {
      request.answers().accept(new Request.Refused(0));
    }
  }

  /** An answer to an early try is as good as one to the last; a refusal is of one try only. */
  private void answered(List<Command> sent, int thatTry, Request.Answer answer) {
    if (commands != sent) {
      return; // Answered before.
    }
    if (answer instanceof Request.Done done) {
      commands = List.of();
      tries++;
      if (!throughLog) {
        lab.totals.readIndexes++;
      }
      whenDone.accept(done.found());
    } else if (answer instanceof Request.Refused refused && tries == thatTry) {
      if (refused.leader() == 0 || refused.leader() == silent) {
        askNextOfCircle();
      } else {
        leader = refused.leader();
        server = leader;
      }
      group.later(
          StoreLab.RETRY_MILLIS,
          () -> {
            if (tries == thatTry && !isIdle()) {
              send();
            }
          });
    }
  }

  /** Or else two servers who know no better would hand a client to each other for ever. */
  private void askNextOfCircle() {
    circle = lab.serverAfter(circle);
    server = circle;
  }

  private void travel(Runnable arrival) {
    if (lab.choices().percent(lab.clientLossPercent())) {
      lab.totals.lostByClients++;
      return;
    }
    group.later(lab.clientDelay(), arrival);
  }
}
