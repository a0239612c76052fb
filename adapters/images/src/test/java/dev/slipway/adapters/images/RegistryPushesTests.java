package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.image.ImagePushes.Pushed;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.image.TransferFailure.Kind;
import dev.slipway.testing.image.FolderImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryPushesTests {

    private static final int WEIGHTS = 2 << 20;

    @TempDir
    private Path work;

    private TestRegistry registry;
    private OciLayoutImageStore store;
    private final List<Duration> pauses = new ArrayList<>();
    private @Nullable String user;

    @BeforeEach
    void open() throws IOException {
        registry = new TestRegistry();
        store = new OciLayoutImageStore(work.resolve("images"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void sendsAnImageByItsDigestAndATag() throws Exception {
        ImageDigest image = image("one");

        Pushed pushed = pushes().push(image, "m-1", Progress.IGNORED);

        assertThat(pushed.reference()).isEqualTo("%s/slipway/models@%s".formatted(registry.host(), image));
        assertThat(pushed.sent()).isGreaterThan(WEIGHTS);
        assertThat(pushed.known()).isZero();
        byte[] manifest = Objects.requireNonNull(registry.document("/v2/slipway/models/manifests/" + image));
        assertThat(manifest).isEqualTo(registry.document("/v2/slipway/models/manifests/m-1"));
        assertThat("sha256:" + TestImage.hex(manifest)).isEqualTo(image.value());
        OciJson.Parts parts = OciJson.partsOf(manifest);
        assertThat(parts.layers()).hasSize(2).allSatisfy(this::isThere);
        isThere(parts.config());
    }

    @Test
    void sendsNothingThatIsThere() throws Exception {
        pushes().push(image("one"), "m-1", Progress.IGNORED);
        int requests = registry.requests().size();

        Pushed other = pushes().push(image("two"), "m-2", Progress.IGNORED);

        assertThat(other.known()).isGreaterThan(WEIGHTS);
        assertThat(other.sent()).isLessThan(20_000);
        assertThat(registry.requests().subList(requests, registry.requests().size()))
                .filteredOn(request -> request.startsWith("POST"))
                .as("the layer of the code, and the configuration")
                .hasSize(2);
        assertThat(pushes().push(image("two"), "m-2", Progress.IGNORED).sent()).isZero();
    }

    @Test
    void triesAgainAfter429And500() throws Exception {
        registry.faults(1, TestRegistry.status(429, "Retry-After", "7")).faults(1, TestRegistry.status(500));

        ImageDigest image = image("one");
        pushes().push(image, "m-1", Progress.IGNORED);

        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2));
        assertThat(registry.document("/v2/slipway/models/manifests/" + image)).isNotNull();
    }

    /** A transfer that is cut leaves nothing under the digest, and the next try sends all of it. */
    @Test
    void sendsABlobAnewThatWasCut() throws Exception {
        registry.faults(1, (exchange, right) -> false)
                .faults(1, (exchange, right) -> false)
                .faults(1, (exchange, right) -> {
                    assertThat(exchange.getRequestMethod()).isEqualTo("PUT");
                    exchange.getRequestBody().readNBytes(1000);
                    throw new IOException("the server closes the connection then");
                });

        ImageDigest image = image("one");
        pushes().push(image, "m-1", Progress.IGNORED);

        byte[] manifest = Objects.requireNonNull(registry.document("/v2/slipway/models/manifests/" + image));
        assertThat(OciJson.partsOf(manifest).layers()).allSatisfy(this::isThere);
        assertThat(registry.requests())
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void namesTheUserThatIsRefused(int status) throws Exception {
        user = "robot";
        registry.faults(100, TestRegistry.status(status, "WWW-Authenticate", "Basic realm=\"test\""));

        TransferFailure refused = failure();

        assertThat(refused.kind()).isEqualTo(Kind.ACCESS);
        assertThat(refused)
                .hasMessageContaining(
                        "registry '%s' refuses user 'robot' (status %d)".formatted(registry.host(), status));
        assertThat(refused.advice()).contains("may push");
        assertThat(pauses).isEmpty();
    }

    @Test
    void signsIn() throws Exception {
        user = "robot";
        String expected =
                "Basic " + Base64.getEncoder().encodeToString("robot:secret".getBytes(StandardCharsets.UTF_8));
        registry.faults(100, (exchange, right) -> {
            if (expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                return false;
            }
            return TestRegistry.status(401, "WWW-Authenticate", "Basic realm=\"test\"")
                    .answer(exchange, right);
        });

        assertThat(pushes().push(image("one"), "m-1", Progress.IGNORED).sent()).isGreaterThan(WEIGHTS);
    }

    @Test
    void givesUpOnARegistryThatStaysBad() throws Exception {
        registry.faults(100, TestRegistry.status(503));
        TransferFailure bad = failure();
        assertThat(bad.kind()).isEqualTo(Kind.SOURCE);
        assertThat(bad)
                .hasMessageContaining("it answers 503 to the request for the blob sha256:")
                .hasMessageContaining("4 times");
        assertThat(bad.advice()).contains("'images.push'");

        registry.close();
        assertThat(failure().kind()).isEqualTo(Kind.SOURCE);
    }

    @Test
    void endsWhenARegistryAsksToComeBackMuchLater() throws Exception {
        registry.faults(100, TestRegistry.status(429, "Retry-After", "3600"));

        assertThat(failure().kind()).isEqualTo(Kind.THROTTLED);
    }

    @Test
    void isOffWithoutSettings() {
        assertThat(new RegistryPushes(work.resolve("images"), null).target()).isEmpty();
        assertThat(pushes().target()).hasValue(registry.host() + "/slipway/models");
    }

    private void isThere(String hex) {
        byte[] blob = Objects.requireNonNull(registry.document("/v2/slipway/models/blobs/sha256:" + hex));
        assertThat(TestImage.hex(blob)).isEqualTo(hex);
    }

    private TransferFailure failure() throws IOException {
        ImageDigest image = image("one");
        return catchThrowableOfType(TransferFailure.class, () -> pushes().push(image, "m-1", Progress.IGNORED));
    }

    private RegistryPushes pushes() {
        PullSettings.Registry settings =
                new PullSettings.Registry(registry.host(), user, user == null ? null : "secret", true, null);
        return new RegistryPushes(
                work.resolve("images"),
                new PushSettings(settings, "slipway/models"),
                new RegistryCalls.Patience(
                        Duration.ofSeconds(20), Duration.ofSeconds(2), pauses::add, Clock.systemUTC()));
    }

    private ImageDigest image(String code) throws IOException {
        Path folder = work.resolve(code);
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.write(model.resolve("weights.bin"), new byte[WEIGHTS]);
        Files.writeString(model.resolve("customize_service.py"), code);
        return FolderImage.build(store, "iris", folder);
    }
}
