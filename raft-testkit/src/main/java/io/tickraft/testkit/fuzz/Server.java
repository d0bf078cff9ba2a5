package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.sim.SimNode;

/** A node, as its clients see it. */
interface Server<I, O> {

  /** The node is about to apply a command of a client, which waits for the reply. */
  void applies(Entry entry, Call<I, O> command);

  /** A client waits for the answer to a query; the node has accepted a read for it. */
  void asked(ByteString context, Call<I, O> query);

  /** Answers a query from the state machine as it is now. */
  void answer(SimNode node, Call<I, O> query);

  /** The node has crashed: nobody gets an answer. */
  void crashed();
}
