package io.tickraft.examples.kv.client;

/**
 * What the clients of a node may take of it.
 *
 * @param maxValueBytes the limit of a key and of a value, in bytes
 * @param memoryBytes the limit of the requests and answers of all clients, in bytes
 * @param memoryBytesEach the limit of the requests and answers of one client, in bytes; at most a
 *     quarter of {@code memoryBytes} counts
 * @param maxClients the largest number of connections
 * @param idleSeconds seconds without a request after which a connection is closed; 0: never
 * @param waitMillis milliseconds that a request waits for memory before it is refused
 */
public record ClientLimits(
    int maxValueBytes,
    long memoryBytes,
    long memoryBytesEach,
    int maxClients,
    int idleSeconds,
    int waitMillis) {

  /**
   * The limit of all arguments of one request together, and of a transaction, in bytes: well below
   * that of a frame between nodes.
   */
  public static final int MAX_REQUEST_BYTES = 32 << 20;

  /** The number of connections unless another is given. As in Redis. */
  public static final int MAX_CLIENTS = 10_000;

  /** The limit of one client unless another is given. */
  public static final long MEMORY_BYTES_EACH = 64L << 20;

  /** The time that a request waits for memory unless another is given. */
  public static final int WAIT_MILLIS = 5_000;

  /** Checks that every request within the limits could be served. */
  public ClientLimits {
    if (maxValueBytes < 1 || maxValueBytes > MAX_REQUEST_BYTES / 2) {
      throw new IllegalArgumentException(
          "a value has 1 to " + MAX_REQUEST_BYTES / 2 + " bytes: " + maxValueBytes);
    }
    if (maxClients < 1 || idleSeconds < 0 || waitMillis < 0) {
      throw new IllegalArgumentException(maxClients + ", " + idleSeconds + ", " + waitMillis);
    }
    long needed = 4L * maxValueBytes;
    long each = MemoryBudget.limitEach(memoryBytes, memoryBytesEach);
    if (each < needed) {
      throw new IllegalArgumentException(
          "values of "
              + maxValueBytes
              + " bytes need "
              + needed
              + " bytes for one client and "
              + 4 * needed
              + " for all: "
              + memoryBytesEach
              + " and "
              + memoryBytes);
    }
  }

  /** The limits unless others are given, for values up to a size. */
  public static ClientLimits of(int maxValueBytes) {
    return new ClientLimits(
        maxValueBytes, defaultMemory(), MEMORY_BYTES_EACH, MAX_CLIENTS, 0, WAIT_MILLIS);
  }

  /** {@return an eighth of the heap, in bytes} */
  public static long defaultMemory() {
    return Runtime.getRuntime().maxMemory() / 8;
  }

  /** {@return these limits with another time} */
  ClientLimits withWaitMillis(int millis) {
    return new ClientLimits(
        maxValueBytes, memoryBytes, memoryBytesEach, maxClients, idleSeconds, millis);
  }

  private long each() {
    return MemoryBudget.limitEach(memoryBytes, memoryBytesEach);
  }

  /** {@return the limit of all arguments of one request together, in bytes} */
  long maxRequestBytes() {
    return Math.min(MAX_REQUEST_BYTES, each() / 2);
  }

  /**
   * {@return the limit of the memory for the commands of a transaction, in bytes: half of what the
   * client may hold, as {@code EXEC} must fit in beside them}
   */
  long maxTransactionMemory() {
    return each() / 2;
  }

  /** {@return the limit of the values in the answer to a transaction, in bytes} */
  long maxReplyBytes() {
    return Math.min(MAX_REQUEST_BYTES, each() / 4);
  }
}
