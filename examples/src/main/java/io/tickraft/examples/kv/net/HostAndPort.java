package io.tickraft.examples.kv.net;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * The address of a listener, as configured: not resolved.
 *
 * @param host a name or an address
 * @param port a port, from 1 to 65535
 */
public record HostAndPort(String host, int port) {

  private static final int MAX_PORT = 65_535;

  /** The limit of a name in DNS. */
  private static final int MAX_HOST_CHARS = 253;

  /** The characters of names and addresses, without the separators of lists of them. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

  /** Checks host and port. */
  public HostAndPort {
    if (host.length() > MAX_HOST_CHARS) {
      throw new IllegalArgumentException("a host has at most " + MAX_HOST_CHARS + " characters");
    }
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(host.isEmpty() ? "no host" : "not a host: " + host);
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("a port is from 1 to " + MAX_PORT + ": " + port);
    }
  }

  /**
   * Reads {@code host:port}; the host may be an IPv6 address in brackets.
   *
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not host:port: " + text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException("an IPv6 address is written in brackets: " + text);
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not host:port: " + text, e);
    }
    return new HostAndPort(host, port);
  }

  /**
   * {@return whether only this machine can connect to the address} Blocks if the host is a name.
   */
  public boolean isLoopback() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
