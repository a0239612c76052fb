package dev.slipway.adapters.objectstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Ends a request in which no byte moved for the limit, also while its body is written, for which the JDK has no time-out. The SDK does not
 * repeat it: whoever waits learns soon that the server hangs. A slow body is no stall.
 */
final class StallGuard implements SdkHttpClient {

    private static final int CHECKS_EACH_LIMIT = 8;

    private final SdkHttpClient http;
    private final Duration limit;
    private final ScheduledThreadPoolExecutor timer;

    StallGuard(SdkHttpClient http, Duration limit) {
        this.http = http;
        this.limit = limit;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("slipway-storage-stalls").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new Guarded(request);
    }

    @Override
    public String clientName() {
        return http.clientName();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.close();
    }

    /** One request. */
    private final class Guarded implements ExecutableHttpRequest {

        private final ExecutableHttpRequest request;
        private volatile long lastMove = System.nanoTime();
        private volatile boolean stalled;

        Guarded(HttpExecuteRequest given) {
            HttpExecuteRequest.Builder told = HttpExecuteRequest.builder().request(given.httpRequest());
            given.contentStreamProvider().ifPresent(body -> told.contentStreamProvider(moving(body)));
            given.metricCollector().ifPresent(told::metricCollector);
            this.request = http.prepareRequest(told.build());
        }

        private ContentStreamProvider moving(ContentStreamProvider body) {
            return () -> new FilterInputStream(body.newStream()) {
                @Override
                public int read() throws IOException {
                    lastMove = System.nanoTime();
                    return super.read();
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    lastMove = System.nanoTime();
                    return super.read(buffer, offset, length);
                }
            };
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            lastMove = System.nanoTime();
            long each = limit.toNanos() / CHECKS_EACH_LIMIT;
            ScheduledFuture<?> checks =
                    timer.scheduleWithFixedDelay(this::abortIfStalled, each, each, TimeUnit.NANOSECONDS);
            try {
                return request.call();
            } catch (SocketTimeoutException late) {
                throw stalled(late);
            } catch (IOException e) {
                if (stalled) {
                    throw stalled(e);
                }
                throw e;
            } finally {
                checks.cancel(false);
            }
        }

        private void abortIfStalled() {
            if (System.nanoTime() - lastMove >= limit.toNanos()) {
                stalled = true;
                request.abort();
            }
        }

        private NonRetryableException stalled(IOException cause) {
            String how = isConnecting(cause)
                    ? "it accepts no connection"
                    : "no byte moved for %d ms".formatted(limit.toMillis());
            NonRetryableException stalled =
                    NonRetryableException.builder().message(how).build();
            stalled.addSuppressed(cause); // not its cause: the SDK repeats whatever an IOException caused
            return stalled;
        }

        private static boolean isConnecting(IOException cause) {
            return String.valueOf(cause.getMessage()).startsWith("Connect timed out");
        }

        @Override
        public void abort() {
            request.abort();
        }
    }
}
