package io.tickraft.examples.kv;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The network from one node to another one, which can be cut, swallow, delay, damage, and be
 * healed.
 */
final class Proxy implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong flipped = new AtomicLong();
  private volatile boolean cut;
  private volatile boolean swallowing;
  private volatile int bytesPerFlip;
  private volatile int delayMillis;

  Proxy(int port, int target) throws IOException {
    this.server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
    this.target = target;
    run(this::accept);
  }

  /** Closes all connections, and each new one at once. */
  void cut() throws IOException {
    cut = true;
    closeAll();
  }

  /**
   * Lets nothing through, and closes nothing, as if all packets were dropped. A connection on which
   * something was sent meanwhile stays so: TCP would try again only after a long time.
   */
  void swallow() {
    swallowing = true;
  }

  /** Lets everything wait for a random time of at most this. */
  void delay(int millis) {
    delayMillis = millis;
  }

  /** Flips a random bit in about this number of bytes. */
  void flipOneBitIn(int bytes) {
    bytesPerFlip = bytes;
  }

  /** The number of bits that were flipped. */
  long flipped() {
    return flipped.get();
  }

  void heal() {
    cut = false;
    swallowing = false;
    bytesPerFlip = 0;
    delayMillis = 0;
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

  private void copy(Socket from, Socket to) throws IOException {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      // Not of the target alone: each connection would be damaged at the same bytes. If these are
      // in the hello, no connection comes about.
      Random random = new Random(target + connections.incrementAndGet());
      byte[] buffer = new byte[64 << 10];
      boolean dead = false;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        dead |= swallowing;
        if (!dead) {
          pause(random);
          damage(buffer, count, random);
          out.write(buffer, 0, count);
        }
      }
    }
  }

  private void pause(Random random) {
    if (delayMillis > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(delayMillis)));
    }
  }

  private void damage(byte[] buffer, int count, Random random) {
    int each = bytesPerFlip;
    for (int i = 0; each > 0 && i < count; i++) {
      if (random.nextInt(each) == 0) {
        buffer[i] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        flipped.incrementAndGet();
      }
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
