package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.image.PullFailure;
import dev.slipway.domain.image.PullSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
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

/** A repository of a registry, by the HTTP client of ORAS: it signs in, fetches tokens and follows redirects without taking credentials along. */
final class RegistrySource implements PulledSource {

    private static final int TRIES = 4;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final String MANIFESTS =
            "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
                    + "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String TRY_LATER = "Import the model again once the registry answers.";

    private final PullSettings.Registry registry;
    private final PullSource.Registry named;
    private final HttpClient client;
    private final Patience patience;
    private final Progress progress;

    RegistrySource(
            PullSettings.Registry registry,
            PullSource.Registry named,
            HttpClient client,
            Patience patience,
            Progress progress) {
        this.registry = registry;
        this.named = named;
        this.client = client;
        this.patience = patience;
        this.progress = progress;
    }

    /** A client of that registry, for many pulls. */
    static HttpClient client(PullSettings.Registry registry) {
        HttpClient.Builder builder = HttpClient.Builder.builder().withTimeout(Math.toIntExact(CONNECT.toSeconds()));
        return registry.authority() == null
                ? builder.build()
                : builder.withCaFile(registry.authority()).build();
    }

    /**
     * How long it waits.
     *
     * @param answer until an answer begins, with all redirects and tokens
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

    @Override
    public byte[] manifest(@Nullable String digest) throws PullFailure {
        String which = digest != null
                ? digest
                : named.digest() != null ? named.digest().value() : named.tag();
        return fetch("manifests/" + which, "the manifest '%s'".formatted(which), in -> {
            byte[] bytes = in.readNBytes(LARGEST_MANIFEST + 1);
            if (bytes.length > LARGEST_MANIFEST) {
                throw new PullFailure(
                        PullFailure.Kind.DAMAGED,
                        "image '%s': the registry sends more than %d bytes as its manifest"
                                .formatted(named, LARGEST_MANIFEST),
                        "Push the image again, or name another registry.");
            }
            return bytes;
        });
    }

    @Override
    public <T> T blob(String hex, Reading<T> reading) throws PullFailure {
        return fetch("blobs/sha256:" + hex, "the blob sha256:%s".formatted(hex), reading);
    }

    private <T> T fetch(String path, String what, Reading<T> reading) throws PullFailure {
        URI address = URI.create("%s://%s/v2/%s/%s"
                .formatted(registry.isPlain() ? "http" : "https", registry.host(), named.repository(), path));
        for (int attempt = 1; ; attempt++) {
            progress.alive(0);
            Duration wait;
            try {
                HttpClient.ResponseWrapper<InputStream> answer = send(address);
                try (InputStream body = new WatchedStream(answer.response(), patience.silence())) {
                    if (answer.statusCode() == 200) {
                        return reading.from(body);
                    }
                    wait = waitAfter(answer, what, attempt);
                }
            } catch (IOException cut) {
                if (!(cut instanceof Cut)) {
                    throw new UncheckedIOException("%s of image '%s' cannot be kept".formatted(what, named), cut);
                }
                if (attempt == TRIES) {
                    throw source("%s was cut %d times: %s".formatted(what, TRIES, cut.getMessage()), cut);
                }
                wait = backOff(attempt);
            }
            pause(wait);
        }
    }

    /** How long to wait for the next try; fails if there is none. */
    private Duration waitAfter(HttpClient.ResponseWrapper<InputStream> answer, String what, int attempt)
            throws PullFailure {
        int status = answer.statusCode();
        switch (status) {
            case 401, 403 -> throw access(status);
            case 404 ->
                throw new PullFailure(
                        named.tag() != null && what.startsWith("the manifest")
                                ? PullFailure.Kind.TAG_MISSING
                                : PullFailure.Kind.MISSING,
                        "image '%s': the registry has not %s (status 404)".formatted(named, what),
                        "Correct the name, the tag or the digest, or push the image first.");
            case 429 -> {
                Duration asked = retryAfter(answer, attempt);
                if (attempt == TRIES || asked.compareTo(LONGEST_PAUSE) > 0) {
                    throw new PullFailure(
                            PullFailure.Kind.THROTTLED,
                            "image '%s': the registry answers 429 (too many requests) and asks to come back in %d s"
                                    .formatted(named, asked.toSeconds()),
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

    /** The answer, once its head has come. In a thread of its own, because the client has no limit for it. */
    private HttpClient.ResponseWrapper<InputStream> send(URI address) throws PullFailure, Cut {
        ContainerRef reference = ContainerRef.parse(registry.host() + "/" + named.repository() + ":any");
        AuthProvider credentials = registry.user() == null || registry.password() == null
                ? new NoAuthProvider()
                : new UsernamePasswordProvider(registry.user(), registry.password());
        FutureTask<HttpClient.ResponseWrapper<InputStream>> asking = new FutureTask<>(() ->
                client.download(address, Map.of("Accept", MANIFESTS), Scopes.of(reference, Scope.PULL), credentials));
        Thread.ofVirtual().name("registry").start(asking);
        try {
            return asking.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            asking.cancel(true);
            throw new Cut("no answer in %d s".formatted(patience.answer().toSeconds()), late);
        } catch (ExecutionException failed) {
            throw refused(failed.getCause());
        } catch (InterruptedException stopped) {
            asking.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the pull of '%s' was interrupted".formatted(named), stopped);
        }
    }

    /** Throws what another try cannot help; returns the rest. */
    private Cut refused(@Nullable Throwable cause) throws PullFailure {
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
                throw new PullFailure(
                        PullFailure.Kind.SOURCE,
                        "image '%s': no TLS with registry '%s': %s".formatted(named, registry.host(), tls.getMessage()),
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

    private PullFailure access(int status) {
        return new PullFailure(
                PullFailure.Kind.ACCESS,
                "image '%s': registry '%s' refuses %s (status %d)"
                        .formatted(
                                named,
                                registry.host(),
                                registry.user() == null
                                        ? "a request without credentials"
                                        : "user '%s'".formatted(registry.user()),
                                status),
                "Give the registry a user and a password that may pull it, below 'images.registries' in slipway.yml.");
    }

    private PullFailure source(String what, @Nullable Throwable cause) {
        return new PullFailure(
                PullFailure.Kind.SOURCE,
                "image '%s': registry '%s': %s".formatted(named, registry.host(), what),
                TRY_LATER,
                cause);
    }

    private Duration retryAfter(HttpClient.ResponseWrapper<InputStream> answer, int attempt) {
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
            throw new IllegalStateException("the pull of '%s' was interrupted".formatted(named), stopped);
        }
    }
}
