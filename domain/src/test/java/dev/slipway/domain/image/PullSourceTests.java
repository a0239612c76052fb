package dev.slipway.domain.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PullSourceTests {

    private static final ImageDigest DIGEST = new ImageDigest("sha256:" + "a1".repeat(32));
    private static final ObjectUri FOLDER = new ObjectUri("models", "served/");

    static Stream<Arguments> references() {
        return Stream.of(
                Arguments.of("r.example.com/group/name:1.0", registry("r.example.com", "group/name", "1.0", null)),
                Arguments.of("localhost:5000/name:v_1", registry("localhost:5000", "name", "v_1", null)),
                Arguments.of("[::1]:5000/a/b/c:1", registry("[::1]:5000", "a/b/c", "1", null)),
                Arguments.of("r:1/name@" + DIGEST, registry("r:1", "name", null, DIGEST)),
                Arguments.of("r/name:1@" + DIGEST, registry("r", "name", "1", DIGEST)),
                Arguments.of("obs://models/served", new PullSource.Layout(FOLDER, null, null)),
                Arguments.of("obs://models/served:1.0", new PullSource.Layout(FOLDER, "1.0", null)),
                Arguments.of("obs://models/served@" + DIGEST, new PullSource.Layout(FOLDER, null, DIGEST)));
    }

    private static PullSource registry(
            String host, String repository, @Nullable String tag, @Nullable ImageDigest digest) {
        return new PullSource.Registry(host, repository, tag, digest);
    }

    @ParameterizedTest
    @MethodSource
    void references(String text, PullSource source) {
        assertThat(PullSource.parse(text, "obs.local")).isEqualTo(source);
        assertThat(source).hasToString(text);
    }

    @Test
    void takesTheTagLatestForNone() {
        assertThat(PullSource.parse("r.example.com/name", "obs.local").tag()).isEqualTo("latest");
    }

    @Test
    void readsAddressesOfTheObjectHost() {
        assertThat(PullSource.parse("https://models.obs.local:9000/a/b:2", "obs.local"))
                .isEqualTo(new PullSource.Layout(new ObjectUri("models", "a/b/"), "2", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "name:1.0",
                "r.example.com/",
                "r.example.com/Name:1",
                "r.example.com/../x:1",
                "r.example.com/a//b:1",
                "r.example.com/a:",
                "r.example.com/a:1/b",
                "r.example.com/a@sha256:12",
                "r.example.com/a b:1",
                "user:word@r.example.com/a:1",
                "https://r.example.com/a:1",
                "ftp://r/a:1"
            })
    void refusesWhatIsNoReference(String text) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> PullSource.parse(text, "obs.local"))
                .satisfies(invalid -> assertThat(invalid.code()).isEqualTo(ErrorCode.SOURCE_LOCATION))
                .withMessageContaining("expected");
    }
}
