package dev.slipway.instance.client;

import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Everything but the future is used on the connection's event loop only. */
final class OpenRequest {

    final InstanceRequest request;
    final Duration limit;
    final CompletableFuture<InstanceResponse> response = new CompletableFuture<>();

    @Nullable
    Future<?> timer;

    @Nullable
    ResponseBody body;

    boolean keepsConnection;
    private @Nullable InstanceResponse head;

    OpenRequest(InstanceRequest request, Duration limit) {
        this.request = request;
        this.limit = limit;
    }

    boolean hasBegunToAnswer() {
        return head != null;
    }

    void begin(HttpResponse from, ResponseBody to, boolean keeps) {
        body = to;
        head = new InstanceResponse(from, to);
        keepsConnection = keeps;
    }

    /** Completes the future with the answer, as far as it has arrived. */
    void deliver() {
        InstanceResponse begun = head;
        if (begun != null && !response.isDone() && !response.complete(begun)) {
            begun.close();
        }
    }

    void end() {
        stopTimer();
        if (body != null) {
            body.end();
        }
        deliver();
    }

    void fail(NoWholeAnswer why) {
        stopTimer();
        if (body != null) {
            body.fail(why);
        }
        if (!response.completeExceptionally(why)) {
            return;
        }
        if (body != null) {
            body.close();
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
