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
