package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how a node was started, and warns of what may not be meant so. */
final class StartLog {

  private static final Logger LOG = LoggerFactory.getLogger(StartLog.class);

  private final NodeSettings settings;
  private final long id;

  StartLog(NodeSettings settings) {
    this.settings = settings;
    this.id = settings.identity().id();
  }

  /** Logs where the node has its data, where it listens, and who can reach it. */
  void started(NodeStore store, Optional<Tls> tls) {
    LOG.info(
        "node {}: started on {} ({}), group {} of cluster '{}'; clients at {}, peers at {}",
        id,
        settings.dir(),
        kind(store),
        settings.identity().group(),
        settings.identity().cluster(),
        settings.clients(),
        settings.peers());
    if (tls.isPresent()) {
      LOG.info(
          "node {}: TLS between nodes{}, certificate {} valid until {}",
          id,
          settings.security().tlsForClients() ? " and for clients" : "",
          settings.identity().uri(),
          tls.get().expiry());
    } else if (settings.security().insecure()) {
      LOG.warn(
          "node {}: --insecure: everybody who reaches {} can read, change and delete all data",
          id,
          settings.peers());
    }
  }

  private String kind(NodeStore store) {
    if (!store.isNew()) {
      return "start " + store.incarnation();
    }
    return settings.founders().isEmpty() ? "new, to be added" : "new";
  }

  /** Warns if the group is not what whoever starts this node may think. */
  void members(Members members) {
    Map<Long, HostAndPort> addresses = members.addresses();
    if (members.removed().contains(id)) {
      EventLogger.warnOfRemoval(id);
    } else if (!settings.founders().isEmpty() && !addresses.equals(settings.founders())) {
      LOG.warn(
          "node {}: started for the members {}, but {} has {}: these count, and only RAFT commands"
              + " change them",
          id,
          new TreeMap<>(settings.founders()),
          settings.dir(),
          addresses);
    }
  }
}
