package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.ErrorRedisMessage;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.IntegerRedisMessage;
import io.netty.handler.codec.redis.RedisMessage;
import io.netty.handler.codec.redis.SimpleStringRedisMessage;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayList;
import java.util.List;

/** Converts replies to the messages of Netty's Redis codec. */
final class Replies {

  private static final RedisMessage OK = new SimpleStringRedisMessage("OK");

  private Replies() {}

  static RedisMessage toMessage(Reply reply) {
    if (reply instanceof Reply.Simple simple) {
      return simple.equals(Reply.OK) ? OK : new SimpleStringRedisMessage(simple.text());
    }
    if (reply instanceof Reply.Bulk bulk) {
      return bulk(bulk.value());
    }
    if (reply instanceof Reply.Nil) {
      return FullBulkStringRedisMessage.NULL_INSTANCE;
    }
    if (reply instanceof Reply.Int number) {
      return new IntegerRedisMessage(number.value());
    }
    if (reply instanceof Reply.Failure error) {
      // As in Redis: an error may quote the client, but must be one line.
      return new ErrorRedisMessage(error.text().replace('\r', ' ').replace('\n', ' '));
    }
    List<RedisMessage> elements = new ArrayList<>();
    for (Reply element : ((Reply.Array) reply).elements()) {
      elements.add(toMessage(element));
    }
    return new ArrayRedisMessage(elements);
  }

  private static RedisMessage bulk(ByteString value) {
    return value.isEmpty()
        ? FullBulkStringRedisMessage.EMPTY_INSTANCE
        : new FullBulkStringRedisMessage(Unpooled.wrappedBuffer(value.asReadOnlyByteBuffer()));
  }
}
