/** The messages of Tickraft: generated from {@code raft.proto}. */
@SuppressWarnings("requires-transitive-automatic") // protobuf-java only names its module in its manifest
module io.tickraft.proto {
  requires transitive com.google.protobuf;

  exports io.tickraft.proto;
}
