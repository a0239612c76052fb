package dev.slipway.domain.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectUriTests {

    private static final String HOST = "obs.slipway.internal:9000";

    @ParameterizedTest
    @CsvSource({
        "obs://models/iris/0.0.1/, models, iris/0.0.1/",
        "s3://models/iris, models, iris",
        "/models/iris/, models, iris/",
        "https://models.obs.slipway.internal/iris/a%20b, models, iris/a b",
        "https://models.obs.slipway.internal:443/iris/1+1, models, iris/1+1",
        "http://my.bucket.obs.slipway.internal/x, my.bucket, x",
        "obs://models, models, ''",
    })
    void readsEveryFormThatClientsSend(String text, String bucket, String key) {
        assertThat(ObjectUri.parse(text, HOST)).isEqualTo(new ObjectUri(bucket, key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://models.obs.example.com/iris",
                "https://obs.slipway.internal/models/iris",
                "https://models.obs.slipway.internal/iris?AccessKeyId=x",
                "ftp://models/iris",
                "//models/iris",
                "models/iris",
                "obs:///iris",
                "obs://models//iris",
                "obs://UPPER/iris",
                "https://models.obs.slipway.internal/%zz",
                "obs://models/../other/iris",
                "obs://models/iris/./model",
                "https://models.obs.slipway.internal/iris/%2E%2E/other",
                "",
            })
    void refusesEverythingElseAsSourceLocation(String text) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> ObjectUri.parse(text, HOST))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ErrorCode.SOURCE_LOCATION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"in/a.csv", "./a", "a/../b", "/a", "a//b", "a/", "sp ace+%2F"})
    void readsBackTheAddressOfAnyListedObject(String key) {
        ObjectUri listed = new ObjectUri("models", key);

        assertThat(ObjectUri.read(listed.toString())).isEqualTo(listed);
    }

    @Test
    void namesTheForeignHost() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> ObjectUri.parse("https://models.obs.example.com/iris", HOST))
                .withMessageContaining("'models.obs.example.com'")
                .withMessageContaining("https://<bucket>.obs.slipway.internal/<key>");
    }

    @Test
    void knowsWhatLiesWithinAFolder() {
        assertThat(new ObjectUri("bbb", "in/out").isWithin(new ObjectUri("bbb", "in")))
                .isTrue();
        assertThat(new ObjectUri("bbb", "in").isWithin(new ObjectUri("bbb", "in/")))
                .isTrue();
        assertThat(new ObjectUri("bbb", "inside").isWithin(new ObjectUri("bbb", "in")))
                .isFalse();
        assertThat(new ObjectUri("ccc", "in/out").isWithin(new ObjectUri("bbb", "in")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://box.obs.test/%FF.csv",
                "https://box.obs.test/a%C3",
                "https://box.obs.test/%ED%A0%80",
                "https://box.obs.test/100%",
                "https://box.obs.test/%zz"
            })
    void refusesAnAddressWhoseBytesAreNoText(String address) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> ObjectUri.parse(address, "obs.test"))
                .withMessageContaining("is not correctly percent-encoded");
    }

    @Test
    void decodesAnAddressOnce() {
        assertThat(ObjectUri.parse("https://box.obs.test/a+b%2541%20%E7%8C%AB猫.csv", "obs.test")
                        .key())
                .isEqualTo("a+b%41 猫猫.csv");
    }

    @Test
    void countsTheBytesOfAKey() {
        assertThat(new ObjectUri("box", "猫".repeat(341)).key()).hasSize(341);
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> new ObjectUri("box", "猫".repeat(342)))
                .withMessageContaining("has 1026 bytes, expected at most 1024");
    }
}
