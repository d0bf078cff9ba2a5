package io.tickraft.examples.kv.store;

import java.nio.charset.StandardCharsets;

/**
 * Identifies the node that a directory belongs to. Written with the node's first state: a node that
 * started on another node's directory could vote twice, and acknowledge entries that it does not
 * have.
 *
 * @param cluster the name of the cluster
 * @param group the number of the Raft group
 * @param id the node's id in the group
 */
public record Identity(String cluster, long group, long id) {

  private static final int MAX_CLUSTER_CHARS = 200;

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** {@return whether a text can be the name of a cluster} */
  public static boolean isClusterName(String text) {
    return !text.isBlank() && text.length() <= MAX_CLUSTER_CHARS;
  }

  /**
   * {@return the URI of the node in certificates, for example {@code tickraft:kv/1/3}} In the name
   * of the cluster, all but letters, digits and {@code - . _ ~} is percent-encoded as UTF-8.
   *
   * <p>It has no {@code //}: what follows that has to be a host name, and the name of a cluster is
   * none.
   */
  public String uri() {
    StringBuilder uri = new StringBuilder("tickraft:");
    for (byte b : cluster.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      uri.append(UNRESERVED.indexOf(c) >= 0 ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return uri.append('/').append(group).append('/').append(id).toString();
  }

  byte[] encode() {
    return (id + " " + group + " " + cluster).getBytes(StandardCharsets.UTF_8);
  }

  static Identity decode(byte[] bytes) {
    String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", 3);
    return new Identity(parts[2], Long.parseLong(parts[1]), Long.parseLong(parts[0]));
  }

  @Override
  public String toString() {
    return "node " + id + " of group " + group + " in cluster '" + cluster + "'";
  }
}
