package dev.slipway.parts.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.S3Exception;

class ObjectNamesTests {

    static List<String> keys() {
        return List.of(
                "a/b.txt",
                "a//b.txt",
                "a/./c",
                "a/../c",
                "/",
                "//",
                "/a",
                "folder/",
                "folder",
                ".",
                "..",
                ".mpus-x",
                "a=",
                "a+",
                "a~",
                "a%3D",
                "a b",
                "猫/狗.csv",
                "x".repeat(1024),
                "x".repeat(160) + "/" + "x".repeat(161),
                "猫".repeat(300));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void readsAKeyBackFromItsPath(String key) {
        assertThat(ObjectNames.keyOf(ObjectNames.ofObject(key))).isEqualTo(key);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void makesNamesThatEachFileSystemKeeps(String key) {
        assertThat(ObjectNames.ofObject(key).split("/", -1)).allSatisfy(name -> assertThat(name)
                .matches("[A-Za-z0-9._@,%-]*[+=~]")
                .doesNotStartWith(".")
                .hasSizeBetween(1, 161));
    }

    @Test
    void keepsUsualKeysReadable() {
        assertThat(ObjectNames.ofObject("iris/0.0.1/model/config.json")).isEqualTo("iris+/0.0.1+/model+/config.json=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a+", "a=-0f8fad5b-d9cd-469f-a165-70867728950e", "%zz=", "%4=", "+", "="})
    void takesNoOtherFileForAnObjectOfAnotherKey(String name) {
        assertThat(ObjectNames.keyOf(name)).isIn(null, "");
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> ObjectNames.ofObject("猫".repeat(342)))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("KeyTooLongError"))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u001f", "a\ufffe", "\ud800"})
    void refusesAKeyThatCannotBeListed(String key) {
        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> ObjectNames.ofObject(key))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    }
}
