package io.tickraft.core;

import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entries with membership changes, which are not looked into before they are committed. */
final class ConfChangeEntriesTest {

  @Test
  void dataThatIsNoChangeLeavesTheConfigurationAsItIs() {
    Host host = Host.follower();
    ConfState before = host.node.confState();
    Entry entry =
        entries(2, 2).get(0).toBuilder()
            .setType(EntryType.ENTRY_TYPE_CONF_CHANGE)
            .setData(bytes("no message"))
            .build();
    host.node.step(append(2, 2, 1, 1, 2, List.of(entry)));
    host.turn();

    Ready ready = host.turn();

    assertThat(ready.committedEntries()).containsExactly(entry);
    assertThat(ready.confState()).contains(before);
    assertThat(ready.outcomes())
        .containsExactly(
            new Outcome.ChangeImpossible(new LogId(2, 2), "the entry's data is not a ConfChange"));
    assertThat(host.node.confState()).isEqualTo(before);
  }
}
