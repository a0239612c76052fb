package dev.slipway.adapters.images;

import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A repository of a registry, by the HTTP client of ORAS: it signs in, fetches tokens and follows redirects without taking credentials along. */
final class RegistrySource implements PulledSource {

    private static final String MANIFESTS =
            "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
                    + "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

    private final PullSource.Registry named;
    private final RegistryCalls calls;

    RegistrySource(PullSource.Registry named, RegistryCalls calls) {
        this.named = named;
        this.calls = calls;
    }

    @Override
    public byte[] manifest(@Nullable String digest) throws TransferFailure {
        String which = digest != null
                ? digest
                : named.digest() != null ? named.digest().value() : String.valueOf(named.tag());
        return fetch("manifests/" + which, "the manifest '%s'".formatted(which), named.tag() != null, in -> {
            byte[] bytes = in.readNBytes(LARGEST_MANIFEST + 1);
            if (bytes.length > LARGEST_MANIFEST) {
                throw new TransferFailure(
                        TransferFailure.Kind.DAMAGED,
                        "image '%s': the registry sends more than %d bytes as its manifest"
                                .formatted(named, LARGEST_MANIFEST),
                        "Push the image again, or name another registry.");
            }
            return bytes;
        });
    }

    @Override
    public <T> T blob(String hex, Reading<T> reading) throws TransferFailure {
        return fetch("blobs/sha256:" + hex, "the blob sha256:%s".formatted(hex), false, reading);
    }

    private <T> T fetch(String path, String what, boolean isNamed, Reading<T> reading) throws TransferFailure {
        URI address = calls.address(path);
        return calls.<InputStream, T>ask(
                what,
                isNamed,
                (client, scopes, credentials) ->
                        client.download(address, Map.of("Accept", MANIFESTS), scopes, credentials),
                answer -> {
                    try (InputStream body = new WatchedStream(answer.response(), calls.silence())) {
                        return answer.statusCode() == 200 ? reading.from(body) : null;
                    }
                });
    }
}
