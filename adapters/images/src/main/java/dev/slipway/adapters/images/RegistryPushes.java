package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.image.ImagePushes;
import dev.slipway.domain.image.TransferFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import land.oras.auth.HttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link ImagePushes} of the images of a layout. Safe for use by many threads. */
public final class RegistryPushes implements ImagePushes {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryPushes.class);
    private static final Map<String, String> BYTES = Map.of("Content-Type", "application/octet-stream");

    private final Blobs blobs;
    private final @Nullable PushSettings settings;
    private final RegistryCalls.Patience patience;
    private @Nullable HttpClient client;

    /** @param settings null if images are only kept in the layout */
    public RegistryPushes(Path layout, @Nullable PushSettings settings) {
        this(layout, settings, RegistryCalls.Patience.USUAL);
    }

    RegistryPushes(Path layout, @Nullable PushSettings settings, RegistryCalls.Patience patience) {
        this.blobs = new Blobs(layout);
        this.settings = settings;
        this.patience = patience;
    }

    @Override
    public Optional<String> target() {
        return Optional.ofNullable(settings).map(PushSettings::target);
    }

    @Override
    public Pushed push(ImageDigest image, String tag, Progress progress) throws TransferFailure {
        PushSettings to = settings;
        if (to == null) {
            throw new IllegalStateException("the settings name no registry to push to");
        }
        String reference = to.target() + "@" + image;
        RegistryCalls calls = new RegistryCalls(
                to.registry(),
                to.repository(),
                reference,
                RegistryCalls.Direction.PUSH,
                clientOf(to),
                patience,
                progress);
        Pushing pushing = new Pushing(calls, progress);
        try {
            byte[] manifest = blobs.read(image.hex());
            OciJson.Parts parts = OciJson.partsOf(manifest);
            for (String layer : parts.layers()) {
                pushing.blob(layer);
            }
            pushing.blob(parts.config());
            pushing.manifest(image.value(), manifest);
            pushing.manifest(tag, manifest);
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s' cannot be read from its layout".formatted(image), e);
        }
        LOG.info("image pushed image={} sent={} known={}", reference, pushing.sent, pushing.known);
        return new Pushed(reference, pushing.sent, pushing.known);
    }

    private synchronized HttpClient clientOf(PushSettings to) {
        HttpClient kept = client;
        if (kept == null) {
            kept = RegistryCalls.client(to.registry());
            client = kept;
        }
        return kept;
    }

    /** One push. */
    private final class Pushing {

        private final RegistryCalls calls;
        private final Progress progress;
        private long sent;
        private long known;

        Pushing(RegistryCalls calls, Progress progress) {
            this.calls = calls;
            this.progress = progress;
        }

        void blob(String hex) throws TransferFailure, IOException {
            String what = "the blob sha256:%s".formatted(hex);
            long size = blobs.size(hex);
            boolean isThere = calls.<String, Boolean>ask(
                    what,
                    false,
                    (http, scopes, credentials) ->
                            http.head(calls.address("blobs/sha256:" + hex), Map.of(), scopes, credentials),
                    answer -> switch (answer.statusCode()) {
                        case 200 -> true;
                        case 404 -> false;
                        default -> null;
                    });
            if (isThere) {
                known += size;
                return;
            }
            calls.<String, Boolean>ask(
                    what,
                    false,
                    // A new place for each try: what was cut is begun anew.
                    (http, scopes, credentials) -> {
                        HttpClient.ResponseWrapper<String> begun =
                                http.post(calls.address("blobs/uploads/"), new byte[0], BYTES, scopes, credentials);
                        return begun.statusCode() == 202
                                ? http.upload(
                                        place(begun, hex), size, BYTES, () -> open(hex, size), scopes, credentials)
                                : begun;
                    },
                    answer -> answer.statusCode() == 201 ? true : null);
            sent += size;
        }

        private URI place(HttpClient.ResponseWrapper<String> begun, String hex) {
            String location = begun.headers().getOrDefault("location", "");
            URI place = calls.address("").resolve(location);
            String separator = place.getRawQuery() == null ? "?" : "&";
            return URI.create(place + separator + "digest=sha256:" + hex);
        }

        private InputStream open(String hex, long size) {
            try {
                return new Told(blobs.open(hex, 0, size));
            } catch (IOException e) {
                throw new UncheckedIOException("blob sha256:%s cannot be read".formatted(hex), e);
            }
        }

        void manifest(String name, byte[] manifest) throws TransferFailure {
            calls.<String, Boolean>ask(
                    "the manifest '%s'".formatted(name),
                    false,
                    (http, scopes, credentials) -> http.put(
                            calls.address("manifests/" + name),
                            manifest,
                            Map.of("Content-Type", OciJson.MANIFEST),
                            scopes,
                            credentials),
                    answer -> answer.statusCode() == 201 ? true : null);
        }

        /** Says that the work goes on while bytes go out. */
        private final class Told extends FilterInputStream {

            private long read;

            Told(InputStream in) {
                super(in);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                calls.sent();
                progress.alive(sent + read);
                int count = super.read(bytes, offset, length);
                read += Math.max(count, 0);
                return count;
            }
        }
    }
}
