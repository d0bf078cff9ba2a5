package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 1,000 bytes for up to 5 clients: 100 for each, and 500 for all; one has up to 250. */
class MemoryBudgetTest {

  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final MemoryBudget budget = new MemoryBudget(1_000, 400, 5, loop::add);
  private final List<String> resumed = new ArrayList<>();

  private MemoryBudget.Account open(String name) {
    return budget.open(() -> resumed.add(name));
  }

  private void runLoop() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  @Test
  void aConnectionHasALimit() {
    MemoryBudget.Account one = open("one");
    assertThat(one.room()).isEqualTo(250);
    assertThat(one.take(251)).isFalse();
    assertThat(one.take(250)).isTrue();
    assertThat(one.take(1)).isFalse();
    assertThat(one.isForOthers()).isFalse();
    assertThat(budget.pooled()).isEqualTo(150);
    one.release(100);
    assertThat(one.room()).isEqualTo(100);
    assertThat(budget.pooled()).isEqualTo(50);
  }

  @Test
  void eachHasItsShareWhateverTheOthersHold() {
    for (int i = 0; i < 3; i++) {
      assertThat(open("greedy").take(250)).isTrue();
    }
    MemoryBudget.Account fourth = open("fourth");
    assertThat(fourth.take(151)).isFalse();
    assertThat(fourth.isForOthers()).isTrue();
    assertThat(fourth.take(150)).isTrue();
    MemoryBudget.Account fifth = open("fifth");
    assertThat(fifth.room()).isEqualTo(100);
    assertThat(fifth.take(100)).isTrue();
    assertThat(budget.pooled()).isEqualTo(500);
  }

  @Test
  void whoWaitsGoesOnInTurnWhileThereIsRoom() {
    MemoryBudget.Account holder = open("holder");
    holder.take(250);
    List<MemoryBudget.Account> accounts = new ArrayList<>();
    accounts.add(budget.open(() -> resumed.add("first")));
    accounts.add(
        budget.open(
            () -> {
              resumed.add("second");
              accounts.get(1).await(); // It needs more.
            }));
    accounts.add(budget.open(() -> resumed.add("third")));
    accounts.forEach(MemoryBudget.Account::await);
    accounts.get(0).await(); // Waits already.
    runLoop();
    assertThat(resumed).isEmpty();
    holder.release(1);
    holder.release(1);
    assertThat(loop).hasSize(1);
    runLoop();
    assertThat(resumed).containsExactly("first", "second");
    accounts.get(1).close();
    runLoop();
    assertThat(resumed).containsExactly("first", "second", "third");
  }

  @Test
  void aClosedAccountHoldsNothing() {
    MemoryBudget.Account one = open("one");
    one.take(200);
    one.close();
    one.close();
    one.add(5);
    one.release(500);
    one.await();
    assertThat(budget.pooled()).isZero();
    assertThat(one.held()).isZero();
  }

  @Test
  void moreThanIsHeldCannotBeReleased() {
    MemoryBudget.Account one = open("one");
    one.take(10);
    assertThatIllegalStateException().isThrownBy(() -> one.release(11));
  }

  @Test
  void allTogetherNeverHoldMoreThanTheTotal() {
    Random random = new Random(1);
    List<MemoryBudget.Account> accounts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      accounts.add(open("any"));
    }
    for (int i = 0; i < 100_000; i++) {
      MemoryBudget.Account account = accounts.get(random.nextInt(accounts.size()));
      if (random.nextBoolean()) {
        account.take(random.nextInt(300));
      } else {
        account.release(random.nextInt((int) account.held() + 1));
      }
      long held = accounts.stream().mapToLong(MemoryBudget.Account::held).sum();
      long pooled = accounts.stream().mapToLong(a -> Math.max(0, a.held() - 100)).sum();
      assertThat(held).isLessThanOrEqualTo(1_000);
      assertThat(budget.pooled()).isEqualTo(pooled).isBetween(0L, 500L);
    }
  }
}
