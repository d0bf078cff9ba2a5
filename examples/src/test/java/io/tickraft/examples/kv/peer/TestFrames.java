package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Messages from node 2 to node 1, and the frames of a snapshot. */
final class TestFrames {

  static final Message HEARTBEAT =
      Message.newBuilder()
          .setFrom(2)
          .setTo(1)
          .setTerm(5)
          .setGroup(1)
          .setHeartbeat(Heartbeat.newBuilder().setRound(3))
          .build();

  static final Message INSTALL =
      Message.newBuilder()
          .setFrom(2)
          .setTo(1)
          .setTerm(5)
          .setGroup(1)
          .setInstallSnapshot(
              InstallSnapshot.newBuilder()
                  .setAttempt(1)
                  .setSnapshot(
                      Snapshot.newBuilder()
                          .setMetadata(
                              SnapshotMetadata.newBuilder()
                                  .setIndex(9)
                                  .setTerm(5)
                                  .setConfState(ConfState.newBuilder().addVoters(1).addVoters(2)))
                          .setData(Members.NONE.encode())))
          .build();

  private TestFrames() {}

  static ByteString pairs(String... keysAndValues) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (String text : keysAndValues) {
        out.writeByteArrayNoTag(text.getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  static ByteBuf message(Message message) {
    return Frames.message(ByteBufAllocator.DEFAULT, message);
  }

  static ByteBuf chunk(ByteString pairs) {
    return Frames.chunk(ByteBufAllocator.DEFAULT, pairs);
  }

  static ByteBuf end(long pairs, ByteString all) {
    CRC32C crc = new CRC32C();
    crc.update(all.toByteArray());
    return Frames.end(ByteBufAllocator.DEFAULT, new Frames.End(pairs, crc.getValue()));
  }

  /** A frame of any kind and body, with the right sums. */
  static ByteBuf frame(int kind, byte[] body) {
    ByteBuf frame = ByteBufAllocator.DEFAULT.buffer();
    frame.writeZero(Frames.HEADER_BYTES).writeByte(kind).writeBytes(body);
    return Frames.finish(frame);
  }
}
