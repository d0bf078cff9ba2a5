package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.tickraft.examples.kv.client.Users.User;
import java.util.Optional;

/**
 * What a connection's client has said about itself: its user, its name, its version of the
 * protocol, and the transaction that it is collecting.
 */
final class Session {

  private final long id;
  private final String address;
  private final boolean isLocal;
  private final Users users;
  private final long startNanos;
  private Optional<User> user = Optional.empty();
  private Optional<TransactionQueue> transaction = Optional.empty();
  private ByteString name = ByteString.EMPTY;
  private String lastCommand = "NULL";
  private boolean resp3;
  private boolean ending;
  private boolean closed;
  private boolean loggingIn;

  /**
   * Begins a session.
   *
   * @param id the number of the connection
   * @param address the address of the client
   * @param isLocal whether the client is on this machine
   * @param users the users of the server
   * @param nowNanos the time
   */
  Session(long id, String address, boolean isLocal, Users users, long nowNanos) {
    this.id = id;
    this.address = address;
    this.isLocal = isLocal;
    this.users = users;
    this.startNanos = nowNanos;
  }

  long id() {
    return id;
  }

  String address() {
    return address;
  }

  /** {@return the address of the client without the port} */
  String host() {
    return address.substring(0, Math.max(0, address.lastIndexOf(':')));
  }

  long startNanos() {
    return startNanos;
  }

  /** {@return the name of the last command, in capitals} */
  String lastCommand() {
    return lastCommand;
  }

  void lastCommand(String command) {
    lastCommand = command;
  }

  ByteString name() {
    return name;
  }

  void rename(ByteString newName) {
    name = newName;
  }

  /** {@return whether the client has switched to RESP3} */
  boolean isResp3() {
    return resp3;
  }

  void setResp3(boolean on) {
    resp3 = on;
  }

  /** Closes the connection when all requests up to now are answered. */
  void end() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }

  /** Called when the connection has ended: no answer can be sent any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  // Users.

  /** {@return the role of the client; empty if it has to log in first} */
  Optional<Role> role() {
    if (users.isEmpty()) {
      return Optional.of(isLocal ? Role.ADMIN : Role.WRITER);
    }
    return user.map(User::role);
  }

  boolean hasUsers() {
    return !users.isEmpty();
  }

  String userName() {
    return user.map(User::name).orElse(users.isEmpty() ? Users.DEFAULT : "");
  }

  /** Starts a login. No request is read until {@link #loggedIn} or {@link #loginFailed}. */
  void logIn() {
    loggingIn = true;
  }

  boolean isLoggingIn() {
    return loggingIn;
  }

  void loggedIn(User newUser) {
    loggingIn = false;
    user = Optional.of(newUser);
  }

  void loginFailed() {
    loggingIn = false;
  }

  // Transactions.

  Optional<TransactionQueue> transaction() {
    return transaction;
  }

  void begin(TransactionQueue queue) {
    transaction = Optional.of(queue);
  }

  /** Ends the transaction, and returns it. */
  Optional<TransactionQueue> endTransaction() {
    Optional<TransactionQueue> ended = transaction;
    transaction = Optional.empty();
    return ended;
  }
}
