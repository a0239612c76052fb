package dev.slipway.gateway.predict;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Notes that bytes arrive before they make a head, so that one sent drop by drop has its limit too. */
final class BytesReceivedHandler extends ChannelInboundHandlerAdapter {

    private final ClientConnection connection;

    BytesReceivedHandler(ClientConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        connection.bytesArrived();
        context.fireChannelRead(message);
    }
}
