package dev.slipway.adapters.images;

import dev.slipway.adapters.images.PulledSource.Cut;
import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.image.TransferFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import land.oras.ContainerRef;
import land.oras.auth.AuthProvider;
import land.oras.auth.HttpClient;
import land.oras.auth.NoAuthProvider;
import land.oras.auth.Scope;
import land.oras.auth.Scopes;
import land.oras.auth.UsernamePasswordProvider;
import land.oras.exception.OrasException;
import org.jspecify.annotations.Nullable;

/** Requests to one repository of a registry by the HTTP client of ORAS: what an answer means, and how long to wait for the next try. */
final class RegistryCalls {

    static final int TRIES = 4;

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final PullSettings.Registry registry;
    private final String repository;
    private final String image;
    private final Direction direction;
    private final HttpClient client;
    private final Patience patience;
    private final Progress progress;

    /** When something was sent last, in nanoseconds. */
    private volatile long moved;

    /** @param image for people */
    RegistryCalls(
            PullSettings.Registry registry,
            String repository,
            String image,
            Direction direction,
            HttpClient client,
            Patience patience,
            Progress progress) {
        this.registry = registry;
        this.repository = repository;
        this.image = image;
        this.direction = direction;
        this.client = client;
        this.patience = patience;
        this.progress = progress;
    }

    /** A client of that registry, for many calls. */
    static HttpClient client(PullSettings.Registry registry) {
        HttpClient.Builder builder = HttpClient.Builder.builder().withTimeout(Math.toIntExact(CONNECT.toSeconds()));
        return registry.authority() == null
                ? builder.build()
                : builder.withCaFile(registry.authority()).build();
    }

    /** Where the bytes go. */
    enum Direction {
        PULL("pull", "Import the model again once the registry answers."),
        PUSH("push", "Import the model again once the registry answers, or take 'images.push' out of slipway.yml.");

        private final String verb;
        private final String later;

        Direction(String verb, String later) {
            this.verb = verb;
            this.later = later;
        }

        private Scope[] scopes() {
            return this == PULL ? new Scope[] {Scope.PULL} : new Scope[] {Scope.PULL, Scope.PUSH};
        }
    }

    /**
     * How long it waits.
     *
     * @param answer until an answer begins, with all redirects and tokens, counted anew while bytes are sent
     * @param silence between two pieces of an answer
     */
    record Patience(Duration answer, Duration silence, Pause pause, Clock clock) {

        static final Patience USUAL =
                new Patience(Duration.ofSeconds(30), Duration.ofSeconds(60), Thread::sleep, Clock.systemUTC());

        /** Lets time pass. */
        @FunctionalInterface
        interface Pause {
            void of(Duration time) throws InterruptedException;
        }
    }

    /** One request. */
    @FunctionalInterface
    interface Request<T> {
        HttpClient.ResponseWrapper<T> by(HttpClient client, Scopes scopes, AuthProvider credentials);
    }

    /** Reads an answer that has come. */
    @FunctionalInterface
    interface Handling<T, R> {

        /** Null if it has to be asked again: the status is none that it knows. */
        @Nullable
        R of(HttpClient.ResponseWrapper<T> answer) throws TransferFailure, IOException;
    }

    URI address(String path) {
        return URI.create(
                "%s://%s/v2/%s/%s".formatted(registry.isPlain() ? "http" : "https", registry.host(), repository, path));
    }

    Duration silence() {
        return patience.silence();
    }

    /**
     * Sends the request until its answer can be used, at most {@value #TRIES} times.
     *
     * @param what it is about, for example "the blob sha256:..."
     * @param isNamed whether a status of 404 means that the tag is missing
     */
    <T, R> R ask(String what, boolean isNamed, Request<T> request, Handling<T, R> handling) throws TransferFailure {
        for (int attempt = 1; ; attempt++) {
            progress.alive(0);
            Duration wait;
            try {
                HttpClient.ResponseWrapper<T> answer = send(request);
                R result = handling.of(answer);
                if (result != null) {
                    return result;
                }
                wait = waitAfter(answer, what, isNamed, attempt);
            } catch (IOException cut) {
                if (!(cut instanceof Cut)) {
                    throw new UncheckedIOException("%s of image '%s' cannot be kept".formatted(what, image), cut);
                }
                if (attempt == TRIES) {
                    throw source("%s was cut %d times: %s".formatted(what, TRIES, cut.getMessage()), cut);
                }
                wait = backOff(attempt);
            }
            pause(wait);
        }
    }

    /** The answer, once its head has come. In a thread of its own, because the client has no limit for it. */
    private <T> HttpClient.ResponseWrapper<T> send(Request<T> request) throws TransferFailure, Cut {
        ContainerRef reference = ContainerRef.parse(registry.host() + "/" + repository + ":any");
        AuthProvider credentials = registry.user() == null || registry.password() == null
                ? new NoAuthProvider()
                : new UsernamePasswordProvider(registry.user(), registry.password());
        Callable<HttpClient.ResponseWrapper<T>> call =
                () -> request.by(client, Scopes.of(reference, direction.scopes()), credentials);
        FutureTask<HttpClient.ResponseWrapper<T>> asking = new FutureTask<>(call);
        Thread.ofVirtual().name("registry").start(asking);
        moved = System.nanoTime();
        try {
            while (true) {
                try {
                    return asking.get(moved + patience.answer().toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException late) {
                    if (System.nanoTime() - moved >= patience.answer().toNanos()) {
                        asking.cancel(true);
                        throw new Cut(
                                "no answer in %d s".formatted(patience.answer().toSeconds()), late);
                    }
                }
            }
        } catch (ExecutionException failed) {
            throw refused(failed.getCause());
        } catch (InterruptedException stopped) {
            asking.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the %s of '%s' was interrupted".formatted(direction.verb, image), stopped);
        }
    }

    /** Bytes of the request have gone out: the time for its answer begins anew. */
    void sent() {
        moved = System.nanoTime();
    }

    /** How long to wait for the next try; fails if there is none. */
    private Duration waitAfter(HttpClient.ResponseWrapper<?> answer, String what, boolean isNamed, int attempt)
            throws TransferFailure {
        int status = answer.statusCode();
        switch (status) {
            case 401, 403 -> throw access(status);
            case 404 ->
                throw new TransferFailure(
                        isNamed ? TransferFailure.Kind.TAG_MISSING : TransferFailure.Kind.MISSING,
                        "image '%s': the registry has not %s (status 404)".formatted(image, what),
                        "Correct the name, the tag or the digest, or push the image first.");
            case 429 -> {
                Duration asked = retryAfter(answer, attempt);
                if (attempt == TRIES || asked.compareTo(LONGEST_PAUSE) > 0) {
                    throw new TransferFailure(
                            TransferFailure.Kind.THROTTLED,
                            "image '%s': the registry answers 429 (too many requests) and asks to come back in %d s"
                                    .formatted(image, asked.toSeconds()),
                            "Import the model again later, or name credentials for the registry in slipway.yml.");
                }
                return asked;
            }
            default -> {
                if (status < 500) {
                    throw source("it answers %d to the request for %s".formatted(status, what), null);
                }
                if (attempt == TRIES) {
                    throw source("it answers %d to the request for %s, %d times".formatted(status, what, TRIES), null);
                }
                return backOff(attempt);
            }
        }
    }

    /** Throws what another try cannot help; returns the rest. */
    private Cut refused(@Nullable Throwable cause) throws TransferFailure {
        if (cause instanceof StackOverflowError) {
            throw source("it redirects without an end", null);
        }
        if (!(cause instanceof OrasException failure)) {
            throw new IllegalStateException("the client of registry '%s' has failed".formatted(registry.host()), cause);
        }
        if (Integer.valueOf(401).equals(failure.getStatusCode())
                || Integer.valueOf(403).equals(failure.getStatusCode())) {
            throw access(failure.getStatusCode());
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
            if (root instanceof SSLException tls) {
                throw new TransferFailure(
                        TransferFailure.Kind.SOURCE,
                        "image '%s': no TLS with registry '%s': %s".formatted(image, registry.host(), tls.getMessage()),
                        "Name the authority of its certificate as 'ca' in slipway.yml, or 'insecure: true' for a registry without TLS.",
                        tls);
            }
            if (root instanceof IOException) {
                String what = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
                return new Cut(what, root);
            }
        }
        throw source("its answer cannot be used: %s".formatted(root.getMessage()), root);
    }

    private TransferFailure access(int status) {
        return new TransferFailure(
                TransferFailure.Kind.ACCESS,
                "image '%s': registry '%s' refuses %s (status %d)"
                        .formatted(
                                image,
                                registry.host(),
                                registry.user() == null
                                        ? "a request without credentials"
                                        : "user '%s'".formatted(registry.user()),
                                status),
                "Give the registry a user and a password that may %s it, below 'images.registries' in slipway.yml."
                        .formatted(direction.verb));
    }

    TransferFailure source(String what, @Nullable Throwable cause) {
        return new TransferFailure(
                TransferFailure.Kind.SOURCE,
                "image '%s': registry '%s': %s".formatted(image, registry.host(), what),
                direction.later,
                cause);
    }

    private Duration retryAfter(HttpClient.ResponseWrapper<?> answer, int attempt) {
        String text = answer.headers().getOrDefault("retry-after", "").strip();
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Duration until = Duration.between(
                    patience.clock().instant(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException noDate) {
            return backOff(attempt);
        }
    }

    private static Duration backOff(int attempt) {
        return Duration.ofSeconds(1L << (attempt - 1));
    }

    private void pause(Duration time) {
        try {
            patience.pause().of(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the %s of '%s' was interrupted".formatted(direction.verb, image), stopped);
        }
    }
}
