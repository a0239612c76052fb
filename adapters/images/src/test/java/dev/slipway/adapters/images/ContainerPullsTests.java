package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.adapters.images.TestImage.Layer;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls.Found;
import dev.slipway.domain.image.ImagePulls.Progress;
import dev.slipway.domain.image.ImageStart;
import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.image.TransferFailure.Kind;
import dev.slipway.domain.retention.InUse;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.image.DebianRegistry;
import dev.slipway.testing.storage.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerPullsTests {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final String REPOSITORY = "group/served";

    @TempDir
    private Path work;

    private TestRegistry registry;
    private final InMemoryObjectStore objects = new InMemoryObjectStore("slipway");
    private final List<Duration> pauses = new ArrayList<>();
    private Duration silence = Duration.ofSeconds(2);
    private Duration patience = Duration.ofSeconds(20);
    private PullSettings.Limits limits = PullSettings.Limits.USUAL;
    private @Nullable String user;
    private String password = "secret";
    private @Nullable String asked;

    @BeforeEach
    void open() throws IOException {
        registry = new TestRegistry();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void pullsByTagAndUnpacks() throws Exception {
        TestImage image = served();
        registry.with(REPOSITORY, "1.0", image);

        Path root = pulled("%s/group/served:1.0".formatted(registry.host()), true);

        assertThat(root.resolve("rootfs/serve")).hasContent("server 2");
        assertThat(Files.getPosixFilePermissions(root.resolve("rootfs/serve")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Files.getLastModifiedTime(root.resolve("rootfs/etc/kept")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_000_000_000));
        assertThat(root.resolve("rootfs/etc/gone")).doesNotExist();
        assertThat(root.resolve("rootfs/var/opaque/old")).doesNotExist();
        assertThat(root.resolve("rootfs/var/opaque/new")).hasContent("new");
        assertThat(root.resolve("rootfs/usr/lib/through-the-link")).hasContent("library");
        assertThat(Files.readSymbolicLink(root.resolve("rootfs/lib"))).isEqualTo(Path.of("usr/lib"));
        assertThat(root.resolve("rootfs/same")).hasContent("kept");
        assertThat(root.resolve("config.json")).content().contains("/serve");
        assertThat(Files.readString(root.resolve("rootfs/usr/share/中文"))).isEqualTo("zstd");
    }

    @Test
    void findsDigestSizeAndLayers() throws Exception {
        TestImage image = served();
        byte[] manifest = image.manifest();
        registry.with(REPOSITORY, "1.0", image);

        Found found = pulls().find(source("group/served:1.0"), Progress.IGNORED);

        assertThat(found.digest()).isEqualTo(new ImageDigest("sha256:" + TestImage.hex(manifest)));
        assertThat(found.layers()).isEqualTo(3);
        assertThat(found.bytes())
                .isEqualTo(image.blobs().values().stream()
                        .mapToLong(bytes -> bytes.length)
                        .sum());
    }

    @Test
    void choosesThePlatformOfThisMachine() throws Exception {
        byte[] manifest = served().manifest();
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        registry.with(REPOSITORY, "one", served())
                .put(REPOSITORY, "1.0", TestImage.index(manifest, "1.0", machine))
                .put(REPOSITORY, "other", TestImage.index(manifest, "1.0", "riscv64"));

        assertThat(pulls().find(source("group/served:1.0"), Progress.IGNORED)
                        .digest()
                        .hex())
                .isEqualTo(TestImage.hex(manifest));
        TransferFailure none = failure("group/served:other");
        assertThat(none.kind()).isEqualTo(Kind.CONTENT);
        assertThat(none).hasMessageContaining("linux/s390x").hasMessageContaining("linux/riscv64");
    }

    @Test
    void pullsNothingTwice() throws Exception {
        registry.with(REPOSITORY, "1.0", served());
        ContainerPulls pulls = pulls();
        PullSource source = source("group/served:1.0");
        Found found = pulls.find(source, Progress.IGNORED);
        pulls.pull(source, found.digest(), true, Progress.IGNORED);
        int requests = registry.requests().size();

        pulls.pull(source, found.digest(), true, Progress.IGNORED);

        List<String> since =
                registry.requests().subList(requests, registry.requests().size());
        assertThat(since).allMatch(path -> path.contains("/blobs/")).hasSize(1); // its configuration
    }

    @Test
    void saysHowAnImageStarts() throws Exception {
        String script = "#!/bin/sh\nexec gosu www serve\n";
        registry.with(
                REPOSITORY,
                "1.0",
                new TestImage()
                        .with("{\"User\":\"0\",\"Entrypoint\":[\"/start.sh\"],\"Cmd\":[\"serve\"]}")
                        .gzipped(new Layer().file("start.sh", script).link("linked.sh", "/etc/passwd")));
        PullSource source = source("group/served:1.0");
        ImageDigest digest = pulls().find(source, Progress.IGNORED).digest();

        ImageStart start = pulls().pull(source, digest, true, Progress.IGNORED);

        assertThat(start).isEqualTo(new ImageStart("0", List.of("/start.sh", "serve"), script));
        Path root = work.resolve("images/unpacked").resolve(digest.hex()).resolve("rootfs");
        assertThat(ImageScript.beginning(root, List.of("sh", "/start.sh"))).isEqualTo(script);
        for (String other : List.of("/linked.sh", "start.sh", "/../../config.json", "/gone", "/")) {
            assertThat(ImageScript.beginning(root, List.of(other))).as(other).isEmpty();
        }
    }

    @Test
    void keepsNoLayersWhereItIsAskedNotTo() throws Exception {
        TestImage image = served();
        registry.with(REPOSITORY, "1.0", image);

        Path root = pulled("%s/group/served:1.0".formatted(registry.host()), false);

        assertThat(root.resolve("rootfs/serve")).hasContent("server 2");
        try (Stream<Path> blobs = Files.list(work.resolve("images/blobs/sha256"))) {
            assertThat(blobs.mapToLong(blob -> blob.toFile().length()).sum()).isLessThan(2_000);
        }
    }

    @Test
    void isRemovedWithAllItsFilesWhenNoModelNamesIt() throws Exception {
        registry.with(REPOSITORY, "1.0", served())
                .with(REPOSITORY, "2.0", new TestImage().gzipped(new Layer().file("a", "1")));
        pulled("%s/group/served:1.0".formatted(registry.host()), true);
        ImageDigest kept =
                pulls().find(source("group/served:2.0"), Progress.IGNORED).digest();
        pulls().pull(source("group/served:2.0"), kept, true, Progress.IGNORED);
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(1)), ZoneOffset.UTC);

        new ImageArea(work.resolve("images"), later).removeUnused(() -> new InUse(Set.of(kept), null, Set.of()), 100);

        try (Stream<Path> unpacked = Files.list(work.resolve("images/unpacked"))) {
            assertThat(unpacked.map(path -> path.getFileName().toString())).containsExactly(kept.hex());
        }
        OciLayoutImageStore store = new OciLayoutImageStore(work.resolve("images"));
        assertThat(store.contains(kept)).isTrue();
        store.unpackContainer(kept, work.resolve("again"), Progress.IGNORED);
        assertThat(work.resolve("again/rootfs/a")).hasContent("1");
    }

    @Test
    void pullsFromALayoutInObjectStorage() throws Exception {
        TestImage image = served();
        byte[] manifest = image.manifest();
        ObjectUri folder = new ObjectUri("slipway", "images/served/");
        put(folder, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
        put(folder, "index.json", TestImage.index(manifest, "1.0", "amd64"));
        put(folder, "blobs/sha256/" + TestImage.hex(manifest), manifest);
        image.blobs().forEach((hex, bytes) -> put(folder, "blobs/sha256/" + hex, bytes));

        assertThat(pulled("obs://slipway/images/served:1.0", true).resolve("rootfs/serve"))
                .hasContent("server 2");
        assertThat(pulls().find(PullSource.parse("/slipway/images/served", "obs.local"), Progress.IGNORED)
                        .digest()
                        .hex())
                .isEqualTo(TestImage.hex(manifest));
        assertThat(failureOf("obs://slipway/images/served:2.0").kind()).isEqualTo(Kind.TAG_MISSING);
        assertThat(failureOf("obs://slipway/images/nothing").kind()).isEqualTo(Kind.MISSING);
        put(folder, "blobs/sha256/" + List.copyOf(image.blobs().keySet()).getLast(), new byte[] {1, 2, 3});
        assertThat(failureOf("obs://slipway/images/served:1.0").kind()).isEqualTo(Kind.DAMAGED);
    }

    private void put(ObjectUri folder, String name, byte[] bytes) {
        objects.put(folder.resolve(name), bytes);
    }

    @Test
    void comesBackWhenTheRegistryAsksForIt() throws Exception {
        registry.with(REPOSITORY, "1.0", served())
                .faults(1, TestRegistry.status(429, "Retry-After", "7"))
                .faults(1, TestRegistry.status(429, "Retry-After", "Sat, 28 Nov 2026 12:00:11 GMT"))
                .faults(1, TestRegistry.status(500));

        assertThat(pulled(registry.host() + "/group/served:1.0", true).resolve("rootfs/serve"))
                .exists();
        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(11), Duration.ofSeconds(4));
    }

    @Test
    void comesBackAfterACut() throws Exception {
        registry.with(REPOSITORY, "1.0", served())
                .faults(2, TestRegistry.cut())
                .faults(1, (exchange, right) -> false)
                .faults(2, TestRegistry.cut());

        assertThat(pulled(registry.host() + "/group/served:1.0", true).resolve("rootfs/serve"))
                .exists();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(TestRegistry.status(429, "Retry-After", "3600"), Kind.THROTTLED, "3600 s"),
                Arguments.of(TestRegistry.status(429), Kind.THROTTLED, "429"),
                Arguments.of(TestRegistry.status(500), Kind.SOURCE, "answers 500"),
                Arguments.of(TestRegistry.status(418), Kind.SOURCE, "answers 418"),
                Arguments.of(TestRegistry.status(404), Kind.TAG_MISSING, "404"),
                Arguments.of(TestRegistry.cut(), Kind.SOURCE, "cut 4 times"),
                Arguments.of(TestRegistry.status(401), Kind.ACCESS, "without credentials"),
                Arguments.of(
                        TestRegistry.status(401, "WWW-Authenticate", "Basic realm=\"x\""),
                        Kind.ACCESS,
                        "without credentials"),
                Arguments.of(TestRegistry.status(403), Kind.ACCESS, "403"),
                Arguments.of(
                        TestRegistry.status(307, "Location", "http://127.0.0.1:9/elsewhere"),
                        Kind.SOURCE,
                        "cut 4 times"),
                Arguments.of(TestRegistry.status(302), Kind.SOURCE, "cannot be used"),
                Arguments.of(TestRegistry.ofBlobs(TestRegistry.status(404)), Kind.MISSING, "blob"),
                Arguments.of(TestRegistry.ofBlobs(TestRegistry.cut()), Kind.SOURCE, "cut 4 times"));
    }

    @ParameterizedTest
    @MethodSource
    void faults(TestRegistry.Fault fault, Kind kind, String message) throws Exception {
        registry.with(REPOSITORY, "1.0", served()).faults(100, fault);

        TransferFailure failure = failure("group/served:1.0");

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(message).hasMessageContaining("group/served:1.0");
        assertThat(failure.advice()).isNotBlank();
        assertNothingIsLeft();
    }

    @Test
    void endsARedirectThatHasNoEnd() throws Exception {
        patience = Duration.ofMillis(700);
        registry.with(REPOSITORY, "1.0", served());
        String self = "http://%s/v2/group/served/manifests/1.0".formatted(registry.host());
        registry.faults(1_000_000, TestRegistry.status(307, "Location", self));

        assertThat(failure("group/served:1.0").kind()).isEqualTo(Kind.SOURCE);
    }

    @Test
    void followsARedirectAndTakesNoPasswordAlong() throws Exception {
        user = "robot";
        List<String> seen = new ArrayList<>();
        try (TestRegistry store = new TestRegistry().with(REPOSITORY, "1.0", served())) {
            store.faults(100, (exchange, right) -> {
                seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                return false;
            });
            registry.with(REPOSITORY, "1.0", served());
            registry.faults(100, TestRegistry.ofBlobs((exchange, right) -> {
                String elsewhere = "http://%s%s"
                        .formatted(store.host(), exchange.getRequestURI().getPath());
                return TestRegistry.status(307, "Location", elsewhere).answer(exchange, right);
            }));

            assertThat(pulled(registry.host() + "/group/served:1.0", true).resolve("rootfs/serve"))
                    .exists();
        }
        assertThat(seen).hasSize(4).containsOnly("null");
    }

    @Test
    void signsIn() throws Exception {
        user = "robot";
        String right = "Basic " + Base64.getEncoder().encodeToString("robot:secret".getBytes(StandardCharsets.UTF_8));
        registry.with(REPOSITORY, "1.0", served())
                .faults(
                        1000,
                        (exchange, bytes) ->
                                !right.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                                        && TestRegistry.status(401).answer(exchange, bytes));

        assertThat(pulled(registry.host() + "/group/served:1.0", true).resolve("rootfs/serve"))
                .exists();
    }

    /** As most public registries want it. */
    @Test
    void fetchesATokenAndShowsIt() throws Exception {
        String challenge = "Bearer realm=\"http://%s/token\",service=\"test\",scope=\"repository:group/served:pull\""
                .formatted(registry.host());
        registry.with(REPOSITORY, "1.0", served()).faults(1000, (exchange, bytes) -> {
            if (exchange.getRequestURI().getPath().equals("/token")) {
                byte[] token = "{\"token\":\"t0k3n\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, token.length);
                exchange.getResponseBody().write(token);
                return true;
            }
            return !"Bearer t0k3n".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && TestRegistry.status(401, "WWW-Authenticate", challenge).answer(exchange, bytes);
        });

        assertThat(pulled(registry.host() + "/group/served:1.0", true).resolve("rootfs/serve"))
                .exists();
        assertThat(registry.requests()).contains("/token");
    }

    @Test
    void pullsFromARealRegistry() throws Exception {
        Optional<DebianRegistry> started =
                DebianRegistry.start(Path.of("target", "docker-registry"), work.resolve("real"));
        assumeTrue(started.isPresent(), "docker-registry is neither unpacked below target nor can be had from Debian");
        try (DebianRegistry real = started.get()) {
            TestImage image = served();
            byte[] manifest = image.manifest();
            for (Map.Entry<String, byte[]> blob : image.blobs().entrySet()) {
                real.pushBlob(REPOSITORY, "sha256:" + blob.getKey(), blob.getValue());
            }
            real.pushManifest(REPOSITORY, "1.0", manifest);
            asked = real.host();
            user = DebianRegistry.USER;
            password = DebianRegistry.PASSWORD;

            String byDigest = "%s/group/served@sha256:%s".formatted(real.host(), TestImage.hex(manifest));
            assertThat(pulled(byDigest, true).resolve("rootfs/serve")).hasContent("server 2");
            assertThat(failureOf(real.host() + "/group/served:2.0").kind()).isEqualTo(Kind.TAG_MISSING);
            assertThat(failureOf(real.host() + "/group/other:1.0").kind()).isEqualTo(Kind.TAG_MISSING);
            password = "wrong";
            TransferFailure refused = failureOf(byDigest);
            assertThat(refused.kind()).isEqualTo(Kind.ACCESS);
            assertThat(refused).hasMessageContaining("user 'robot'").hasMessageNotContaining("wrong");
        }
    }

    @Test
    void asksNoRegistryThatTheSettingsDoNotName() {
        TransferFailure failure = failureOf("127.0.0.1:9/group/served:1.0");

        assertThat(failure.kind()).isEqualTo(Kind.ACCESS);
        assertThat(failure.advice()).contains("registries: [{host: '127.0.0.1:9'}]");
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void endsASilentAnswer() throws Exception {
        silence = Duration.ofMillis(200);
        CountDownLatch over = new CountDownLatch(1);
        registry.with(REPOSITORY, "1.0", served()).faults(5, TestRegistry.ofBlobs((exchange, right) -> {
            exchange.sendResponseHeaders(200, right.length);
            exchange.getResponseBody().write(right, 0, 10);
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            return true;
        }));

        // The two requests for the manifest take one fault each, which lets them through.
        assertThat(pulled(registry.host() + "/group/served:1.0", true).resolve("rootfs/serve"))
                .exists();
        assertThat(pauses).hasSize(3);
        over.countDown();
    }

    @Test
    void refusesOtherBytesThanTheDigestSays() throws Exception {
        registry.with(REPOSITORY, "1.0", served());
        registry.faults(100, TestRegistry.ofBlobs((exchange, right) -> {
            byte[] other = right.clone();
            other[other.length / 2] ^= 1;
            exchange.sendResponseHeaders(200, other.length);
            exchange.getResponseBody().write(other);
            return true;
        }));

        TransferFailure failure = failure("group/served:1.0");

        assertThat(failure.kind()).isEqualTo(Kind.DAMAGED);
        assertThat(failure).hasMessageContaining("the source sends sha256:");
        assertNothingIsLeft();
    }

    @Test
    void refusesAnotherManifestThanTheDigestSays() throws Exception {
        String asked = "sha256:" + TestImage.hex(served().manifest());
        registry.with(REPOSITORY, "1.0", served())
                .put(
                        REPOSITORY,
                        asked,
                        new TestImage().layer(new Layer().file("evil", "1")).manifest());

        assertThat(failure("group/served@" + asked).kind()).isEqualTo(Kind.DAMAGED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 5_000_000})
    void refusesAManifestThatLiesAboutSizes(long said) throws Exception {
        registry.with(REPOSITORY, "1.0", new TestImage().layerOfSize(new Layer().file("a", "1"), said));

        TransferFailure failure = failure("group/served:1.0");

        assertThat(failure.kind()).isEqualTo(said < 5_000_000 ? Kind.DAMAGED : Kind.SOURCE);
        assertNothingIsLeft();
    }

    @Test
    void readsNoManifestWithoutAnEnd() throws Exception {
        registry.put(REPOSITORY, "1.0", new byte[PulledSource.LARGEST_MANIFEST + 10]);

        assertThat(failure("group/served:1.0").kind()).isEqualTo(Kind.DAMAGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2,\"layers\":[]}",
                "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"x.tar\",\"digest\":\"sha256:../../x\",\"size\":1}]}",
                "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"x.tar\",\"digest\":\"sha512:00\",\"size\":-1}]}"
            })
    void refusesWhatIsNoManifest(String document) throws Exception {
        registry.put(REPOSITORY, "1.0", document.getBytes(StandardCharsets.UTF_8));

        assertThat(failure("group/served:1.0").kind()).isEqualTo(Kind.CONTENT);
    }

    static Stream<Arguments> traps() {
        return Stream.of(
                Arguments.of(new Layer().file("../../x", "1"), "leads out of the image"),
                Arguments.of(new Layer().file("a/../../x", "1"), "leads out of the image"),
                Arguments.of(new Layer().link("etc/x", "../../x"), "leads out of the image"),
                Arguments.of(new Layer().link("x", ".."), "leads out of the image"),
                Arguments.of(new Layer().hardLink("x", "/etc/passwd"), "leads to no file of the image"),
                Arguments.of(new Layer().hardLink("x", "../../etc/passwd"), "leads out of the image"),
                Arguments.of(new Layer().link("out", "/etc").hardLink("x", "out/passwd"), "leads to no file"),
                Arguments.of(new Layer().file("etc/.wh...", ""), "removes what is no file"),
                Arguments.of(new Layer().file("etc/.wh..", ""), "removes what is no file"),
                Arguments.of(new Layer().file("../.wh.etc", ""), "leads out of the image"),
                Arguments.of(new Layer().device("etc/kmsg"), "is a device or a pipe"),
                Arguments.of(new Layer().link("a", "b").link("b", "a").file("a/x", "1"), "too many links"),
                Arguments.of(new Layer().file("n".repeat(300), "1"), "too long"),
                Arguments.of(new Layer().file("a/".repeat(3000) + "x", "1"), "too long"));
    }

    @ParameterizedTest
    @MethodSource
    void traps(Layer layer, String message) throws Exception {
        Path outside = Files.createDirectories(work.resolve("images/unpacked"));
        registry.with(REPOSITORY, "1.0", new TestImage().gzipped(layer));

        TransferFailure failure = failure("group/served:1.0");

        assertThat(failure.kind()).isEqualTo(Kind.CONTENT);
        assertThat(failure).hasMessageContaining(message);
        assertThat(outside).isEmptyDirectory();
        assertThat(work.resolve("x")).doesNotExist();
    }

    /** What stands in a container at the end of links that an image has is the image's own. */
    @Test
    void writesThroughAbsoluteLinksInsideTheImageOnly() throws Exception {
        Path target = Files.createDirectories(work.resolve("host"));
        registry.with(
                REPOSITORY,
                "1.0",
                new TestImage()
                        .layer(new Layer().link("out", target.toString()))
                        .layer(new Layer()
                                .file("out/written", "1")
                                .file("dev/null", "")
                                .device("dev/zero")));

        Path root = pulled(registry.host() + "/group/served:1.0", true);

        assertThat(target).isEmptyDirectory();
        assertThat(root.resolve("rootfs" + target + "/written")).hasContent("1");
        assertThat(Files.exists(root.resolve("rootfs/dev/zero"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void refusesBombs() throws Exception {
        limits = new PullSettings.Limits(1_000_000, 2_000_000, 50);
        Layer large = new Layer();
        for (int each = 0; each < 30; each++) {
            large.file("zeros-" + each, "0".repeat(100_000));
        }
        registry.with(REPOSITORY, "bytes", new TestImage().gzipped(large));
        Layer many = new Layer();
        for (int each = 0; each < 60; each++) {
            many.file("file-" + each, "");
        }
        registry.with(REPOSITORY, "files", new TestImage().gzipped(many));
        registry.with(REPOSITORY, "layers", new TestImage().layer(new byte[0], new byte[1_000_001], ""));
        byte[] padded = new byte[3_000_000];
        registry.with(REPOSITORY, "end", new TestImage().layer(padded, TestImage.gzip(padded), "+gzip"));

        assertThat(failure("group/served:bytes")).hasMessageContaining("more than 2000000 bytes of files");
        assertThat(failure("group/served:files")).hasMessageContaining("more than 50 files");
        assertThat(failure("group/served:layers")).hasMessageContaining("layers of more than 1000000 bytes");
        assertThat(failure("group/served:end").kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure("group/served:bytes").kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(work.resolve("images/unpacked")).isEmptyDirectory();
    }

    @Test
    void refusesLayersThatAreNone() throws Exception {
        byte[] tar = new Layer().file("a", "1").bytes();
        byte[] half = Arrays.copyOf(TestImage.gzip(tar), TestImage.gzip(tar).length / 2);
        registry.with(REPOSITORY, "half", new TestImage().layer(tar, half, "+gzip"))
                .with(
                        REPOSITORY,
                        "text",
                        new TestImage().layer(tar, "x".repeat(2000).getBytes(StandardCharsets.UTF_8), ""))
                .with(
                        REPOSITORY,
                        "other",
                        new TestImage().layer(new Layer().file("b", "1").bytes(), tar, ""))
                .with(
                        REPOSITORY,
                        "zstd",
                        new TestImage()
                                .layer(tar, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0, 0}, "+zstd"));

        assertThat(failure("group/served:half").kind()).isEqualTo(Kind.CONTENT);
        assertThat(failure("group/served:text")).hasMessageContaining("in place of an octal number");
        assertThat(failure("group/served:other").kind()).isEqualTo(Kind.DAMAGED);
        assertThat(failure("group/served:zstd").kind()).isEqualTo(Kind.CONTENT);
    }

    /** Of three layers, each in another form. */
    private static TestImage served() throws IOException {
        return new TestImage()
                .gzipped(new Layer()
                        .folder("./")
                        .folder("usr/lib/")
                        .link("lib", "usr/lib")
                        .file("serve", "server 1", 0755)
                        .file("etc/gone", "gone")
                        .file("etc/kept", "kept")
                        .file("var/opaque/old", "old"))
                .layer(new Layer()
                        .file("serve", "server 2", 04755)
                        .file("etc/.wh.gone", "")
                        .file("etc/.wh.never", "")
                        .file("var/opaque/new", "new")
                        .file("var/opaque/.wh..wh..opq", "")
                        .file("lib/through-the-link", "library")
                        .hardLink("same", "etc/kept"))
                .zstd(new Layer().file("usr/share/中文", "zstd"));
    }

    /** Neither files in the making, nor a blob larger than its manifest and configuration. */
    private void assertNothingIsLeft() throws IOException {
        for (String folder : List.of("images/unpacked", "images/blobs/sha256")) {
            if (Files.isDirectory(work.resolve(folder))) {
                try (Stream<Path> files = Files.list(work.resolve(folder))) {
                    assertThat(files.filter(
                                    file -> file.getFileName().toString().startsWith(".")))
                            .isEmpty();
                }
            }
        }
    }

    private Path pulled(String reference, boolean keepsLayers) throws Exception {
        ContainerPulls pulls = pulls();
        PullSource source = PullSource.parse(reference, "obs.local");
        Found found = pulls.find(source, Progress.IGNORED);
        pulls.pull(source, found.digest(), keepsLayers, Progress.IGNORED);
        OciLayoutImageStore store = new OciLayoutImageStore(work.resolve("images"));
        assertThat(store.contains(found.digest())).isTrue();
        Path root = work.resolve("root-" + pauses.size());
        store.unpackContainer(found.digest(), root, Progress.IGNORED);
        return root;
    }

    private TransferFailure failure(String name) {
        return failureOf(registry.host() + "/" + name);
    }

    private TransferFailure failureOf(String reference) {
        return catchThrowableOfType(TransferFailure.class, () -> {
            PullSource source = PullSource.parse(reference, "obs.local");
            Found found = pulls().find(source, Progress.IGNORED);
            pulls().pull(source, found.digest(), true, Progress.IGNORED);
        });
    }

    private PullSource source(String name) {
        return PullSource.parse(registry.host() + "/" + name, "obs.local");
    }

    private ContainerPulls pulls() {
        PullSettings settings = new PullSettings(
                List.of(new PullSettings.Registry(
                        asked == null ? registry.host() : asked, user, user == null ? null : password, true, null)),
                limits);
        return new ContainerPulls(
                work.resolve("images"),
                settings,
                objects,
                new RegistryCalls.Patience(patience, silence, pauses::add, Clock.fixed(NOW, ZoneOffset.UTC)));
    }
}
