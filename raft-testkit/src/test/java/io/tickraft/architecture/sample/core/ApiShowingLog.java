package io.tickraft.architecture.sample.core;

import io.tickraft.architecture.sample.core.log.Log;
import java.util.List;

/** Breaks: the API shows no implementation. */
public final class ApiShowingLog {
  public List<Log> logs() {
    return List.of();
  }
}
