package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how a node was started, and warns of what may not be meant so. */
final class StartLog {

  private static final Logger LOG = LoggerFactory.getLogger(StartLog.class);
  private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::");

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
      return;
    }
    HostAndPort known = addresses.getOrDefault(id, settings.peers());
    boolean isElsewhere = !listensAt(known);
    if (!settings.founders().isEmpty() && !addresses.equals(settings.founders())) {
      LOG.warn(
          "node {}: started for the members {}, but {} has {}: these count, and only RAFT commands"
              + " change them{}",
          id,
          new TreeMap<>(settings.founders()),
          settings.dir(),
          addresses,
          isElsewhere
              ? "; yet this node listens at " + settings.peers() + ", as --peers says"
              : "");
    } else if (isElsewhere) {
      LOG.warn(
          "node {}: listens at {}, but the other nodes look for it at {}: start it without --join"
              + " and --peer-address, or change its address with RAFT.ADDNODE",
          id,
          settings.peers(),
          known);
    }
  }

  /** One that listens at all addresses of its machine cannot tell whether they lead to it. */
  private boolean listensAt(HostAndPort known) {
    HostAndPort here = settings.peers();
    return here.equals(known)
        || (here.port() == known.port() && ALL_ADDRESSES.contains(here.host()));
  }
}
