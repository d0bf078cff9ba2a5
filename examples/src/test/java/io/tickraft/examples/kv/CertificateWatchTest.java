package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated // It reads what the class logs.
class CertificateWatchTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(CertificateWatch.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private Instant expiry = now.plus(Duration.ofDays(31));
  private int reads;
  private final CertificateWatch watch =
      new CertificateWatch(
          7,
          () -> {
            reads++;
            return expiry;
          },
          () -> now);

  @BeforeEach
  void start() {
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.WARN);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }

  /** Checks every minute, and returns the lines. */
  private List<String> checkFor(Duration time) {
    appender.list.clear();
    for (Instant end = now.plus(time); now.isBefore(end); now = now.plusSeconds(60)) {
      watch.check();
    }
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void theEndOfACertificateIsALineADayFromThirtyDaysBefore() {
    assertThat(checkFor(Duration.ofDays(1))).isEmpty();
    assertThat(checkFor(Duration.ofDays(2)))
        .containsExactly(
            "node 7: the certificate expires at 2030-02-01T00:00:00Z, in 30 days: replace it",
            "node 7: the certificate expires at 2030-02-01T00:00:00Z, in 29 days: replace it");
    checkFor(Duration.ofDays(28));
    assertThat(checkFor(Duration.ofDays(1)))
        .containsExactly("node 7: the certificate has expired at 2030-02-01T00:00:00Z: replace it");
    expiry = now.plus(Duration.ofDays(100));
    assertThat(checkFor(Duration.ofDays(1))).isEmpty();
  }

  @Test
  void changedFilesAreReadThoughNobodyConnects() {
    checkFor(Duration.ofMinutes(10));
    assertThat(reads).isEqualTo(10);
  }
}
