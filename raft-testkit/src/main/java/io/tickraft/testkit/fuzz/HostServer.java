package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.sim.SimNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A host of the user's, and the calls of clients that wait for it. */
final class HostServer<I, O> implements Server<I, O> {

  /** The commands that are being applied, by their index. */
  private final Map<Long, Call<I, O>> commands = new TreeMap<>();

  /** The queries, by the context of their read. */
  private final Map<ByteString, Call<I, O>> queries = new LinkedHashMap<>();

  @Override
  public void applies(Entry entry, Call<I, O> command) {
    commands.put(entry.getIndex(), command);
  }

  void replied(Entry entry, Object reply) {
    Call<I, O> command = commands.remove(entry.getIndex());
    if (command != null) {
      end(command, reply);
    }
  }

  @Override
  public void asked(ByteString context, Call<I, O> query) {
    Call<I, O> earlier = queries.put(context, query);
    if (earlier != null) {
      earlier.unknown();
    }
  }

  /** The host can answer a query by this function. */
  void answers(ByteString context, UnaryOperator<Object> host) {
    Call<I, O> query = queries.remove(context);
    if (query != null) {
      end(query, host.apply(query.input()));
    }
  }

  @Override
  public void answer(SimNode node, Call<I, O> query) {
    end(query, node.answer(query.input()));
  }

  /** An output of another type is one that the model does not know. */
  @SuppressWarnings("unchecked")
  private void end(Call<I, O> call, Object output) {
    call.ok((O) output);
  }

  @Override
  public void crashed() {
    commands.values().forEach(Call::unknown);
    queries.values().forEach(Call::unknown);
    commands.clear();
    queries.clear();
  }
}
