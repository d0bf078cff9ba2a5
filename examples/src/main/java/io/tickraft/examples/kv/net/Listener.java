package io.tickraft.examples.kv.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.function.Consumer;

/** Listens for connections, of clients or of other nodes. */
public final class Listener {

  private Listener() {}

  /**
   * Listens for connections.
   *
   * @param address the address to listen at
   * @param loop the event loop of the connections
   * @param accept sets up each new connection
   * @return the listening socket
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public static Channel listen(HostAndPort address, EventLoop loop, Consumer<Channel> accept)
      throws InterruptedException {
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                accept.accept(channel);
              }
            })
        .bind(address.host(), address.port())
        .sync()
        .channel();
  }
}
