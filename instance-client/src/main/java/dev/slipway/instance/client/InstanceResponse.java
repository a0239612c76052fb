package dev.slipway.instance.client;

import io.netty.handler.codec.http.HttpResponse;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer whose head has arrived. Its body is received as it is read: at most the window of {@link ClientLimits} is held in memory. Must
 * be closed; closing it before its end closes the connection.
 */
public final class InstanceResponse implements AutoCloseable {

    private final HttpResponse head;
    private final ResponseBody body;

    InstanceResponse(HttpResponse head, ResponseBody body) {
        this.head = head;
        this.body = body;
    }

    public int status() {
        return head.status().code();
    }

    /** The first header of that name; null if there is none. */
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }

    /** The body, for one thread. A waiting read throws {@link NoWholeAnswer} if the request fails. */
    public InputStream body() {
        return body;
    }

    @Override
    public void close() {
        body.close();
    }
}
