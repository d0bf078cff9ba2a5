package io.tickraft.examples.kv.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.util.JedisClusterCRC16;

class SlotsTest {

  @ParameterizedTest
  @CsvSource({
    "123456789, 12739", // The check value of the Redis Cluster specification: 0x31C3.
    "foo, 12182",
    "{user1000}.following, 3443",
    "{user1000}.followers, 3443",
    "user1000, 3443",
    "'', 0"
  })
  void aKeyHasTheSlotThatRedisGivesIt(String key, int slot) {
    assertThat(Slots.of(ByteString.copyFromUtf8(key))).isEqualTo(slot);
  }

  @ParameterizedTest
  @CsvSource({"foo{}{bar}", "foo{{bar}}zap", "foo{bar}{zap}", "{}", "{", "}{", "a{b", "a}b{c}"})
  void bracesCountAsInRedis(String key) {
    assertThat(Slots.of(ByteString.copyFromUtf8(key))).isEqualTo(JedisClusterCRC16.getSlot(key));
  }

  @Test
  void anyBytesHaveTheSlotThatJedisLooksFor() {
    byte[] key = new byte[300];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    assertThat(Slots.of(ByteString.copyFrom(key))).isEqualTo(JedisClusterCRC16.getSlot(key));
  }
}
