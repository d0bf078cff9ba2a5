package io.tickraft.testkit.guide;

import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts events, as docs/embedding.md shows it. */
final class GuideMetrics implements RaftObserver {

  final SortedMap<String, Long> counts = new TreeMap<>();

  @Override
  public void onEvent(RaftEvent event) {
    String name = event.getClass().getSimpleName();
    if (event instanceof RaftEvent.MessageDropped dropped) {
      name += "." + dropped.reason();
    }
    counts.merge(name, 1L, Long::sum);
  }
}
