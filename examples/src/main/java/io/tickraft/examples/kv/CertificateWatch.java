package io.tickraft.examples.kv;

import io.netty.channel.EventLoop;
import io.tickraft.examples.kv.net.Later;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the certificate of a node every minute: has changed files read though nobody connects,
 * and warns before the certificate expires. After that the node could connect to no other.
 */
final class CertificateWatch {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final int CHECK_SECONDS = 60;

  /** How long before its end the certificate is worth a line. */
  private static final Duration AHEAD = Duration.ofDays(30);

  private static final Duration BETWEEN_LINES = Duration.ofDays(1);

  private final long id;
  private final Supplier<Instant> expiry;
  private final InstantSource clock;
  private Instant nextLine = Instant.MIN;

  /**
   * Creates it.
   *
   * @param id the node's id
   * @param expiry when the certificate expires; reads the files if they have changed
   * @param clock the time
   */
  CertificateWatch(long id, Supplier<Instant> expiry, InstantSource clock) {
    this.id = id;
    this.expiry = expiry;
    this.clock = clock;
  }

  /** Checks now and every minute, as long as the loop runs. */
  void start(EventLoop loop) {
    loop.execute(() -> checkAgain(loop));
  }

  private void checkAgain(EventLoop loop) {
    check();
    Later.runSeconds(loop, CHECK_SECONDS, () -> checkAgain(loop));
  }

  void check() {
    Instant end = expiry.get();
    Instant now = clock.instant();
    if (end.isAfter(now.plus(AHEAD)) || now.isBefore(nextLine)) {
      return;
    }
    nextLine = now.plus(BETWEEN_LINES);
    if (end.isAfter(now)) {
      long days = Duration.between(now, end).toDays();
      LOG.warn("node {}: the certificate expires at {}, in {} days: replace it", id, end, days);
    } else {
      LOG.warn("node {}: the certificate has expired at {}: replace it", id, end);
    }
  }
}
