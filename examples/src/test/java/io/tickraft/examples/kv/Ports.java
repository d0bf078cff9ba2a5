package io.tickraft.examples.kv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds ports that nobody listens at, and never gives out one twice in this process. */
public final class Ports {

  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /**
   * Returns free ports.
   *
   * <p>Below the range from which the system takes ports for outgoing connections: a node that is
   * restarted must find its port as it left it.
   */
  public static synchronized List<Integer> free(int count) {
    List<Integer> ports = new ArrayList<>();
    int candidate = 20_000 + (int) (ProcessHandle.current().pid() % 100) * 100;
    while (ports.size() < count) {
      candidate = candidate >= 32_000 ? 20_000 : candidate + 1;
      if (!GIVEN.contains(candidate) && isFree(candidate)) {
        GIVEN.add(candidate);
        ports.add(candidate);
      }
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
