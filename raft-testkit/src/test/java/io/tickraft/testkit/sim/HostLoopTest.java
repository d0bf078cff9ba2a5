package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tickraft.proto.Message;
import io.tickraft.testkit.fuzz.Fuzz;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A loop that is blocked gives the node nothing, however often it is blocked again. */
final class HostLoopTest {

  private final HostLoop loop = new HostLoop(10, new FaultCounters());
  private final List<String> diary = new ArrayList<>();

  /** The next input of this kind blocks the loop; empty: none does. */
  private String blocking = "";

  private final HostLoop.Target target =
      new HostLoop.Target() {
        @Override
        public void tick() {
          happens("tick");
        }

        @Override
        public void step(Message message) {
          happens("message");
        }

        @Override
        public void inputsDelivered() {
          happens("all delivered");
        }
      };

  private void happens(String event) {
    diary.add(event);
    if (event.equals(blocking)) {
      blocking = "";
      loop.block();
    }
  }

  private void addTask(String task) {
    loop.add(() -> happens(task));
  }

  private List<String> afterBlock() {
    diary.clear();
    loop.unblock();
    loop.deliverTo(target);
    return diary;
  }

  @Test
  void whatHasWaitedComesInOrder() {
    loop.block();
    addTask("task");
    loop.add(Message.getDefaultInstance());
    loop.addTick();

    assertThat(afterBlock()).containsExactly("tick", "message", "all delivered", "task");
  }

  @Test
  void tasksThatWaitAreNotRunWhileALaterBlockHolds() {
    loop.block();
    addTask("first");
    addTask("second");

    blocking = "first";
    assertThat(afterBlock()).containsExactly("all delivered", "first");
    assertThat(afterBlock()).containsExactly("all delivered", "second");
  }

  @Test
  void noTaskIsRunIfTheReadysBlockTheLoop() {
    loop.block();
    addTask("task");

    blocking = "all delivered";
    assertThat(afterBlock()).containsExactly("all delivered");
    assertThat(afterBlock()).containsExactly("all delivered", "task");
  }

  @Test
  void inputsWaitIfTheRestOfATaskBlocksTheLoop() {
    loop.block();
    loop.addTick();
    blocking = "rest";
    loop.unblock(() -> happens("rest"));
    loop.deliverTo(target);

    assertThat(diary).containsExactly("rest");
    assertThat(afterBlock()).containsExactly("tick", "all delivered");
  }

  @Test
  void inputsWaitIfATickBlocksTheLoop() {
    loop.block();
    loop.addTick();
    loop.addTick();
    loop.add(Message.getDefaultInstance());

    blocking = "tick";
    assertThat(afterBlock()).containsExactly("tick");
    assertThat(afterBlock()).containsExactly("tick", "message", "all delivered");
  }

  @Test
  void inputsWaitIfAMessageBlocksTheLoop() {
    loop.block();
    loop.add(Message.getDefaultInstance());
    loop.add(Message.getDefaultInstance());

    blocking = "message";
    assertThat(afterBlock()).containsExactly("message");
    assertThat(afterBlock()).containsExactly("message", "all delivered");
  }

  /** Blocks its loop for each message, and wants no call meanwhile. */
  private static final class BlocksForMessages extends OwnHost {
    private static final long BLOCK_MILLIS = 3;

    @SuppressWarnings("NullAway.Init")
    private HostContext context;

    private boolean isBlocked;

    private void called(String call) {
      if (isBlocked) {
        fail(call + " while the loop is blocked");
      }
    }

    @Override
    public void start(HostContext given) {
      context = given;
      isBlocked = false;
      super.start(given);
    }

    @Override
    public void tick() {
      called("a tick");
      super.tick();
    }

    @Override
    public void step(Message message) {
      called("a message");
      super.step(message);
      isBlocked = true;
      context.block(BLOCK_MILLIS, () -> isBlocked = false);
    }

    @Override
    public void inputsDelivered() {
      called("the end of the inputs");
      super.inputsDelivered();
    }
  }

  @Test
  void aHostThatBlocksItsLoopIsNotCalledMeanwhile() {
    Fuzz fuzz = Fuzz.ofAnyGroup().hosts(id -> new BlocksForMessages()).steps(60);
    for (long seed = 1; seed <= 20; seed++) {
      fuzz.run(Choices.random(seed));
    }
  }
}
