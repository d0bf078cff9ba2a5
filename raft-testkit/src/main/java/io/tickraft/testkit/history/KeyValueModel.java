package io.tickraft.testkit.history;

import java.util.List;

/**
 * A key-value store, one key at a time. The value of a key that was never set is the empty text,
 * which is also the answer to a put.
 */
public final class KeyValueModel implements Model<String, KeyValueRequest, String> {

  /** The text form of histories of a key-value store. */
  public static final HistoryFormat<KeyValueRequest, String> FORMAT =
      new HistoryFormat<>(
          String::valueOf, KeyValueRequest::parse, output -> output, output -> output);

  /** Creates a model. */
  public KeyValueModel() {}

  @Override
  public String initial() {
    return "";
  }

  @Override
  public List<Step<String, String>> steps(String state, KeyValueRequest input) {
    return input instanceof KeyValueRequest.Put put
        ? List.of(new Step<>(put.value(), ""))
        : List.of(new Step<>(state, state));
  }

  @Override
  public Object part(KeyValueRequest input) {
    return input.key();
  }

  @Override
  public boolean isQuery(KeyValueRequest input) {
    return input instanceof KeyValueRequest.Get;
  }
}
