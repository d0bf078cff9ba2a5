package io.tickraft.bench;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop without a protocol: a list of entries for each member. All but the first member get
 * their entries in one append message for each call, and answer nothing.
 */
final class Baseline {

  private final List<List<Entry>> logs = new ArrayList<>();
  private final Wire wire = new Wire();
  private final boolean encoded;
  private final int kept;
  private long last;

  /**
   * Creates empty lists.
   *
   * @param members the number of lists
   * @param encoded whether each message is encoded and parsed
   * @param kept the number of entries after which the lists are cleared
   */
  Baseline(int members, boolean encoded, int kept) {
    for (int i = 0; i < members; i++) {
      logs.add(new ArrayList<>());
    }
    this.encoded = encoded;
    this.kept = kept;
  }

  long propose(List<ByteString> commands) {
    EntryId prev = EntryId.newBuilder().setIndex(last).setTerm(1).build();
    List<Entry> log = logs.get(0);
    int from = log.size();
    for (int i = 0; i < commands.size(); i++) {
      log.add(
          Entry.newBuilder()
              .setTerm(1)
              .setIndex(++last)
              .setType(EntryType.ENTRY_TYPE_COMMAND)
              .setData(commands.get(i))
              .build());
    }
    Append append =
        Append.newBuilder()
            .setPrev(prev)
            .addAllEntries(log.subList(from, log.size()))
            .setCommit(prev.getIndex())
            .build();
    long taken = 0;
    for (int to = 1; to < logs.size(); to++) {
      Message message =
          Message.newBuilder().setFrom(1).setTo(to + 1).setTerm(1).setAppend(append).build();
      Message arrived = encoded ? wire.parse(wire.encode(message)) : message;
      logs.get(to).addAll(arrived.getAppend().getEntriesList());
      taken += logs.get(to).size();
    }
    if (log.size() >= kept) {
      logs.forEach(List::clear);
    }
    return taken;
  }
}
