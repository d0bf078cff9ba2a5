package io.tickraft.examples.kv.peer;

import io.tickraft.examples.kv.net.HostAndPort;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of the members as this node last saw them. Logs each one that changes. */
final class KnownAddresses {

  private static final Logger LOG = LoggerFactory.getLogger(KnownAddresses.class);

  private final long me;
  private final HostAndPort here;
  private Map<Long, HostAndPort> known = Map.of();

  /** Where the others looked for this node when it became a member, or was started as one. */
  private Optional<HostAndPort> first = Optional.empty();

  /**
   * Creates it without members.
   *
   * @param me the id of this node
   * @param here the address at which this node listens
   */
  KnownAddresses(long me, HostAndPort here) {
    this.me = me;
    this.here = here;
  }

  /** Takes the addresses of all members. */
  void update(Map<Long, HostAndPort> addresses) {
    addresses.forEach(
        (id, address) -> {
          HostAndPort before = known.getOrDefault(id, address);
          if (!address.equals(before)) {
            LOG.info(
                "node {}: the address of node {} was changed from {} to {}",
                me,
                id,
                before,
                address);
          }
        });
    known = new TreeMap<>(addresses);
    first = first.or(() -> own());
  }

  private Optional<HostAndPort> own() {
    return Optional.ofNullable(known.get(me));
  }

  /**
   * {@return whether the others look for this node at another address since it was started} It may
   * listen at another address than the group has for it, for example behind a proxy, so only a
   * change says that it is not reached.
   */
  boolean isCutOff() {
    return !own().equals(first) && !own().equals(Optional.of(here));
  }
}
