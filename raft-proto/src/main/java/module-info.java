/** The messages of Tickraft, generated from {@code raft.proto}, and a codec for them. */
// protobuf-java names its module only in its manifest
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.tickraft.proto {
  requires transitive com.google.protobuf;

  exports io.tickraft.proto;
}
