package io.tickraft.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures the codec beside protobuf's generated classes, for one message. A message is encoded
 * again and again, so both find the sizes of its parts computed.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Codec
 * }</pre>
 */
public class CodecBenchmark extends OneThread {

  /** Which message: an answer, or an append with so many entries of 16 bytes. */
  @Param({"answer", "1", "16", "1024"})
  public String message;

  private final Wire wire = new Wire();
  private Message built;
  private byte[] bytes;

  /** Builds the message. */
  @Setup
  public void build() {
    Message.Builder envelope = Message.newBuilder().setFrom(1).setTo(2).setTerm(3);
    built =
        message.equals("answer")
            ? envelope.setAppendResponse(answer()).build()
            : envelope.setAppend(append(Integer.parseInt(message))).build();
    bytes = built.toByteArray();
  }

  private static AppendResponse answer() {
    return AppendResponse.newBuilder()
        .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(100_001))
        .setCommit(100_000)
        .build();
  }

  private static Append append(int count) {
    long last = 100_000;
    Append.Builder append =
        Append.newBuilder().setPrev(EntryId.newBuilder().setTerm(3).setIndex(last)).setCommit(last);
    ByteString data = ByteString.copyFrom(new byte[16]);
    for (int i = 1; i <= count; i++) {
      append.addEntries(Entry.newBuilder().setTerm(3).setIndex(last + i).setData(data));
    }
    return append.build();
  }

  /** Encodes the message by the codec. */
  @Benchmark
  public byte[] encode() {
    return wire.encode(built);
  }

  /** Encodes the message by the generated classes. */
  @Benchmark
  public byte[] encodeGenerated() {
    return built.toByteArray();
  }

  /** Parses the message by the codec. */
  @Benchmark
  public Message parse() {
    return wire.parse(bytes);
  }

  /** Parses the message by the generated classes. */
  @Benchmark
  public Message parseGenerated() throws InvalidProtocolBufferException {
    return Message.parseFrom(bytes);
  }
}
