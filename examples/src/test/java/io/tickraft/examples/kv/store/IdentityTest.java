package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdentityTest {

  @Test
  void theUriOfANodeNamesClusterGroupAndId() {
    assertThat(new Identity("kv", 1, 3).uri()).isEqualTo("tickraft:kv/1/3");
    assertThat(new Identity("my-kv_2.prod~x", 12, 345).uri())
        .isEqualTo("tickraft:my-kv_2.prod~x/12/345");
  }

  /** Otherwise two nodes could have the same URI. */
  @Test
  void otherCharactersAreEncodedInAUri() {
    assertThat(new Identity("a/1", 2, 3).uri()).isEqualTo("tickraft:a%2F1/2/3");
    assertThat(new Identity("100%", 1, 1).uri()).isEqualTo("tickraft:100%25/1/1");
    assertThat(new Identity("ä b", 1, 1).uri()).isEqualTo("tickraft:%C3%A4%20b/1/1");
  }

  @Test
  void aNameOfAClusterIsShortAndNotBlank() {
    assertThat(Identity.isClusterName("k")).isTrue();
    assertThat(Identity.isClusterName("k".repeat(200))).isTrue();
    assertThat(Identity.isClusterName("k".repeat(201))).isFalse();
    assertThat(Identity.isClusterName("")).isFalse();
    assertThat(Identity.isClusterName(" ")).isFalse();
  }
}
