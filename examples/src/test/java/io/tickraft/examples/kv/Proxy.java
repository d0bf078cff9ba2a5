package io.tickraft.examples.kv;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network from one node to another one, which can be cut and healed. */
final class Proxy implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  Proxy(int port, int target) throws IOException {
    this.server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
    this.target = target;
    run(this::accept);
  }

  void cut() throws IOException {
    cut = true;
    closeAll();
  }

  void heal() {
    cut = false;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void run(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The connection has ended, or the proxy is closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket from = server.accept();
      open.add(from);
      run(() -> forward(from));
    }
  }

  private void forward(Socket from) throws IOException {
    try (from;
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(to);
      if (cut) {
        return;
      }
      run(() -> copy(to, from));
      copy(from, to);
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to;
        InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    }
  }

  private void closeAll() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
