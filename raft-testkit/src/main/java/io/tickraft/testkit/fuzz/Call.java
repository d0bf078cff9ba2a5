package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.KeyValueHistory;
import io.tickraft.testkit.history.KeyValueRequest;
import org.jspecify.annotations.Nullable;

/** What a client has asked for: it is recorded, and checked at once if it is a put or a get. */
final class Call<I, O> {

  private final I input;
  private final HistoryRecorder.Pending<I, O> recorded;
  private final @Nullable KeyValueHistory checks;
  private KeyValueHistory.@Nullable Begun checked;

  Call(I input, HistoryRecorder.Pending<I, O> recorded, @Nullable KeyValueHistory checks) {
    this.input = input;
    this.recorded = recorded;
    this.checks = checks;
    if (checks != null && input instanceof KeyValueRequest request) {
      checked =
          request instanceof KeyValueRequest.Put put
              ? checks.putBegins(put.key(), put.value())
              : checks.getBegins(request.key());
    }
  }

  I input() {
    return input;
  }

  void ok(O output) {
    recorded.ok(output);
    if (checks != null && checked != null) {
      if (input instanceof KeyValueRequest.Put) {
        checks.putEnds(checked);
      } else {
        checks.getEnds(checked, String.valueOf(output));
      }
    }
  }

  void failed() {
    recorded.failed();
    if (checks != null && checked != null) {
      if (input instanceof KeyValueRequest.Put) {
        checks.putFails(checked);
      } else {
        checks.unknown(checked);
      }
    }
  }

  void unknown() {
    recorded.unknown();
    if (checks != null && checked != null) {
      checks.unknown(checked);
    }
  }
}
