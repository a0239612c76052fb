package dev.slipway.gateway.predict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTests {

    @ParameterizedTest
    @CsvSource({
        "/v1/infers/s, s, /",
        "/v1/infers/s/a/b?c=d, s, /a/b?c=d",
        "/v1/infers/s?c=d, s, /?c=d",
        "http://gateway:7301/v1/infers/s/a, s, /a",
        "HTTPS://gateway/v1/infers/s?c=http://x/v1/infers/t, s, /?c=http://x/v1/infers/t"
    })
    void isTheServiceAndTheRest(String address, String service, String rest) {
        assertThat(Target.parse(address)).isEqualTo(new Target(service, rest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/infers/",
                "/v1/infers/?a",
                "*",
                "http://gateway",
                "http:///v1/infers/s",
                "ftp://gateway/v1/infers/s"
            })
    void isNoneForOtherAddresses(String address) {
        assertThat(Target.parse(address)).isNull();
    }
}
