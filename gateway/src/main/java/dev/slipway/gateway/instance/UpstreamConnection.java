package dev.slipway.gateway.instance;

import dev.slipway.gateway.route.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** An open connection to an instance, used by one request at a time or idle. All calls on its event loop. */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    /** Gets the events of the connection while a request uses it. */
    public interface Listener {

        /** A part of the answer; the listener has to release it. */
        void received(HttpObject part);

        /** All parts that had arrived were handed over. */
        void receivedAll();

        /** The connection accepts more bytes, or none for now. */
        void writabilityChanged(boolean writable);

        /** The connection was closed by the instance or by a failure. */
        void closed();
    }

    private final Endpoint endpoint;
    private final Channel channel;
    private final UpstreamConnections owner;
    private @Nullable Listener listener;
    private boolean used;
    private long idleSince;

    UpstreamConnection(Endpoint endpoint, Channel channel, UpstreamConnections owner) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.owner = owner;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it has served a request before. Then the instance may have closed it, and that is not known yet. */
    public boolean wasUsedBefore() {
        return used;
    }

    /** Gives the connection to one request, until {@link #giveBack} or {@link #close}. */
    public void take(Listener taker) {
        listener = taker;
    }

    /** Writes without flushing; the message is always released. */
    public ChannelFuture write(Object message) {
        return channel.write(message);
    }

    public void flush() {
        channel.flush();
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Whether more of the answer is read from the instance. */
    public void read(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** The answer has ended and the connection may serve another request. */
    public void giveBack() {
        listener = null;
        used = true;
        idleSince = System.nanoTime();
        read(true);
        owner.keep(this);
    }

    /** Closes it; its listener gets no more events. */
    public void close() {
        listener = null;
        channel.close();
    }

    boolean isOpen() {
        return channel.isActive();
    }

    long idleSince() {
        return idleSince;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Listener taker = listener;
        if (taker != null && message instanceof HttpObject part) {
            taker.received(part);
            return;
        }
        ReferenceCountUtil.release(message);
        // An answer without a request would be taken for the answer to the next request.
        close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (listener != null) {
            listener.receivedAll();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (listener != null) {
            listener.writabilityChanged(channel.isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Listener taker = listener;
        listener = null;
        owner.lost(this);
        if (taker != null) {
            taker.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset or an answer that is not HTTP: the connection is unusable. The listener learns it by channelInactive.
        context.close();
    }
}
