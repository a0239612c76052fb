package dev.slipway.gateway.predict;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Reports bytes before the head is complete, so that a head sent byte by byte has a time limit too. */
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
