package io.tickraft.examples.kv.client;

/** The clients that are connected, as commands describe them. */
interface ConnectedClients {

  /** {@return the number of connections} */
  int count();

  /** {@return a line for each connection, in the form of Redis} */
  String list();

  /** {@return the memory that the connections hold, in bytes} */
  long heldBytes();
}
