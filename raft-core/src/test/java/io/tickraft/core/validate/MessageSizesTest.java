package io.tickraft.core.validate;

import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.unknownField;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Snapshot;
import org.junit.jupiter.api.Test;

/** What a message can carry, to the byte. */
final class MessageSizesTest {

  private static final long MAX = MessageSizes.MAX_PAYLOAD;

  @Test
  void oneCommandMayHaveAllTheRoom() {
    assertThat(MessageSizes.fits(1, MAX)).isTrue();
    assertThat(MessageSizes.fits(1, MAX + 1)).isFalse();
  }

  @Test
  void eachFurtherCommandTakesSixBytesMore() {
    assertThat(MessageSizes.fits(2, MAX - 6)).isTrue();
    assertThat(MessageSizes.fits(2, MAX - 5)).isFalse();
    assertThat(MessageSizes.fits(101, MAX - 600)).isTrue();
    assertThat(MessageSizes.fits(101, MAX - 599)).isFalse();
  }

  @Test
  void eachPartOfASnapshotCounts() {
    Snapshot snapshot = snapshot(2, 9, voters(1, 2, 3)).toBuilder().setData(bytes(1000)).build();
    int metadata = snapshot.getMetadata().getSerializedSize();
    Snapshot newer = snapshot.toBuilder().setUnknownFields(unknownField(99)).build();
    int unknown = newer.getUnknownFields().getSerializedSize();

    assertThat(metadata).isPositive();
    assertThat(MessageSizes.ofMessageWith(snapshot)).isEqualTo(128 + 1000 + metadata);
    assertThat(unknown).isPositive();
    assertThat(MessageSizes.ofMessageWith(newer)).isEqualTo(128 + 1000 + metadata + unknown);
  }
}
