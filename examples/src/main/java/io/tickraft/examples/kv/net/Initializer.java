package io.tickraft.examples.kv.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import java.util.function.Consumer;

/** Sets up a new connection. If that fails, the connection is closed, and errors are reported. */
public final class Initializer extends ChannelInitializer<Channel> {

  private final Consumer<Channel> setup;

  /**
   * Creates it.
   *
   * @param setup adds the handlers of the connection
   */
  public Initializer(Consumer<Channel> setup) {
    this.setup = setup;
  }

  @Override
  protected void initChannel(Channel channel) {
    setup.accept(channel);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    Uncaught.reportIfFatal(cause);
    super.exceptionCaught(ctx, cause);
  }
}
