package io.tickraft.examples.kv.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.tickraft.examples.kv.command.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of one connection, many small ones in one buffer. What the client has not read
 * yet is counted in the connection's account.
 */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ReplyWriter {

  private static final int MIN_BATCH_BYTES = 256;
  private static final int MAX_BATCH_BYTES = 16 << 10;

  private final Channel channel;
  private final MemoryBudget.Account account;
  private final Runnable onSent;
  private @Nullable ByteBuf batch;

  /** Grows while batches are full. */
  private int batchBytes = MIN_BATCH_BYTES;

  private long owed;
  private boolean watching;
  private long unsent;

  /**
   * Creates a writer.
   *
   * @param channel the connection
   * @param account pays for what is not sent yet
   * @param onSent called when the client has read what it is owed
   */
  ReplyWriter(Channel channel, MemoryBudget.Account account, Runnable onSent) {
    this.channel = channel;
    this.account = account;
    this.onSent = onSent;
  }

  /** {@return the bytes that the client has not read yet: at most, since it may have read some} */
  long owed() {
    return owed;
  }

  /** {@return whether the client reads its answers fast enough for another one} */
  boolean isReady() {
    if (!channel.isWritable()) {
      flush();
    }
    return channel.isWritable();
  }

  void write(Reply reply, boolean resp3) {
    // Never beyond the range: a reply is no larger than the limit of a connection.
    int size = Math.toIntExact(ReplyEncoder.maxSize(reply));
    if (batch != null && batch.writableBytes() < size) {
      writeBatch();
      batchBytes = Math.min(2 * batchBytes, MAX_BATCH_BYTES);
    }
    if (batch == null) {
      batch = channel.alloc().directBuffer(Math.max(size, batchBytes));
    }
    int before = batch.readableBytes();
    ReplyEncoder.write(reply, resp3, batch);
    int written = batch.readableBytes() - before;
    account.add(written);
    owed += written;
  }

  private void writeBatch() {
    if (batch != null) {
      channel.write(batch, channel.voidPromise());
      batch = null;
    }
  }

  void flush() {
    writeBatch();
    channel.flush();
    settle();
  }

  void flushAndClose() {
    writeBatch();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    settle();
  }

  /** Counts what the client has not read yet. */
  private void settle() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    long now = out == null ? 0 : out.totalPendingWriteBytes();
    if (batch != null) {
      now += batch.readableBytes();
    }
    if (now >= owed) {
      account.add(now - owed);
    } else {
      account.release(owed - now);
    }
    boolean wasOwed = owed > 0;
    owed = now;
    if (owed > 0 && !watching) {
      watching = true;
      // Later, not within the notification: Netty still counts what it has just sent there, and
      // goes on as long as there is something to send, such as the next empty buffer.
      channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(sent -> channel.eventLoop().execute(this::lookAgain));
    }
    if (wasOwed && owed == 0) {
      onSent.run();
    }
  }

  private void lookAgain() {
    watching = false;
    try {
      settle();
    } catch (Throwable e) {
      channel.pipeline().fireExceptionCaught(e); // Netty would only log it.
    }
  }

  /** {@return whether bytes were sent since the last call of this method} */
  boolean hasSentSinceLastCall() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    long now = out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    boolean sent = now < unsent;
    unsent = now;
    return sent;
  }

  /** Frees what was not written. Called when the channel is closed. */
  void close() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }
}
