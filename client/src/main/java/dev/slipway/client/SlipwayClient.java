package dev.slipway.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Calls the REST API as one user in one project. Retries nothing. Safe for use by many threads. */
public final class SlipwayClient implements AutoCloseable {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(200);

    private final Connection connection;

    /**
     * Asks for a token.
     *
     * @param api scheme, host and port
     * @throws ClientFailure if none can be got
     */
    public SlipwayClient(URI api, Login login) {
        this(api, login, ANSWER_TIMEOUT);
    }

    /**
     * Asks for a token.
     *
     * @param api scheme, host and port
     * @param limit for the answer to each call
     * @throws ClientFailure if none can be got
     */
    public SlipwayClient(URI api, Login login, Duration limit) {
        this.connection = new Connection(api, login, limit);
    }

    public ModelCalls models() {
        return new ModelCalls(connection);
    }

    public ServiceCalls services() {
        return new ServiceCalls(connection);
    }

    /** Goes into the header {@code X-Auth-Token}. */
    public String token() {
        return connection.token();
    }

    /** The id of the project. */
    public String project() {
        return connection.project();
    }

    /**
     * Any call; returns an answer of any status.
     *
     * @param path below {@code /v1/<project_id>}
     * @param body not sent if it is empty
     * @throws NoAnswer if there is no answer
     */
    public Answer call(String method, String path, String body) {
        return connection.send(method, path, body);
    }

    /** A request to a prediction address with the token and a JSON body. */
    public HttpRequest prediction(String address, String json) {
        return connection.prediction(address, json);
    }

    /** The body of a successful {@link #prediction}. @throws ClientFailure otherwise */
    public String predict(String address, String json) {
        return connection.predict(address, json);
    }

    /**
     * Calls {@code look} until {@code done}, and passes each result to {@code progress}.
     *
     * @param what is waited for, in messages
     * @throws NoAnswer after {@code limit}, and whatever {@code look} throws
     */
    public static <T> T await(String what, Duration limit, Supplier<T> look, Predicate<T> done, Consumer<T> progress) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            T seen = look.get();
            progress.accept(seen);
            if (done.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > end) {
                throw new NoAnswer("%s: not so after %d s, last seen %s".formatted(what, limit.toSeconds(), seen));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_CHECKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("interrupted", e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
