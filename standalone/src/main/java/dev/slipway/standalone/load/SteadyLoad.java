package dev.slipway.standalone.load;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Sends a fixed number of requests a second, whether or not earlier ones are answered (open loop), until {@link #stop}. It retries nothing
 * and counts every request: as answered (status 200) or failed (any other status, no answer, a cut connection).
 */
public final class SteadyLoad {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private final HttpRequest request;
    private final Function<String, String> versionOf;
    private final long nanosBetween;
    private final HttpClient client;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final List<RequestSample> shots = new ArrayList<>();
    private final long startedAt = System.nanoTime();
    private final Thread clock;
    private volatile boolean stopped;

    private SteadyLoad(HttpRequest request, int perSecond, Function<String, String> versionOf) {
        this.request = request;
        this.versionOf = versionOf;
        this.nanosBetween = 1_000_000_000L / perSecond;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        this.clock = Thread.ofVirtual().name("load").start(this::run);
    }

    /**
     * Starts at once.
     *
     * @param versionOf reads from an answer's body which version gave it
     */
    public static SteadyLoad start(HttpRequest request, int perSecond, Function<String, String> versionOf) {
        return new SteadyLoad(
                HttpRequest.newBuilder(request, (name, value) -> true)
                        .timeout(ANSWER_TIMEOUT)
                        .build(),
                perSecond,
                versionOf);
    }

    /** The result so far. */
    public LoadReport report() {
        synchronized (shots) {
            return LoadReport.of(shots);
        }
    }

    /** Sends no more, waits for open answers, and returns the result. A second call returns the same. */
    public LoadReport stop() throws InterruptedException {
        stopped = true;
        clock.join();
        senders.close();
        client.close();
        return report();
    }

    private void run() {
        long next = startedAt;
        while (!stopped) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
                continue;
            }
            next += nanosBetween;
            senders.execute(this::shoot);
        }
    }

    private void shoot() {
        long sentAt = System.nanoTime();
        RequestSample shot;
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            shot = answer.statusCode() == 200
                    ? RequestSample.answered(
                            sentAt - startedAt, System.nanoTime() - sentAt, versionOf.apply(answer.body()))
                    : RequestSample.failed(
                            sentAt - startedAt,
                            System.nanoTime() - sentAt,
                            "status %d %s".formatted(answer.statusCode(), start(answer.body())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            shot = RequestSample.failed(sentAt - startedAt, System.nanoTime() - sentAt, "interrupted");
        } catch (Exception e) { // an edge: whatever goes wrong is a failed request, and is counted as one
            shot = RequestSample.failed(sentAt - startedAt, System.nanoTime() - sentAt, e.toString());
        }
        synchronized (shots) {
            shots.add(shot);
        }
    }

    private static String start(String body) {
        return body.length() <= 200 ? body : body.substring(0, 200) + "…";
    }
}
