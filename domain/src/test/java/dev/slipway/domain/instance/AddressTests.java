package dev.slipway.domain.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTests {

    private static final String FINGERPRINT = "0123456789abcdef".repeat(4);
    private static final String SECRET = "0123456789abcdef".repeat(2);

    static Stream<Arguments> storedForms() {
        return Stream.of(
                Arguments.of("127.0.0.1:8080", new Address.Tcp("127.0.0.1", 8080)),
                Arguments.of("[::1]:80", new Address.Tcp("[::1]", 80)),
                Arguments.of("unix:/run/i/a-0-1.sock", new Address.UnixSocket("/run/i/a-0-1.sock")),
                Arguments.of("unix:/i/a#secret=" + SECRET, new Address.UnixSocket("/i/a", SECRET)),
                Arguments.of("unix:/i/a#sha256=" + FINGERPRINT, new Address.UnixSocket("/i/a", null, FINGERPRINT)),
                Arguments.of("tls:node-1:8443#sha256=" + FINGERPRINT, new Address.Tls("node-1", 8443, FINGERPRINT)));
    }

    @ParameterizedTest
    @MethodSource("storedForms")
    void readsWhatItWrites(String text, Address address) {
        assertThat(address).hasToString(text);
        assertThat(Address.parse(text)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                "host:x",
                "host:0",
                "host:65536",
                ":80",
                "unix:relative",
                "unix:/i/a#secret=00",
                "tls:host:1#sha256=00"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Address.parse(text));
    }

    @Test
    void showsNoSecret() {
        assertThat(new Address.UnixSocket("/i/a", SECRET).shown()).isEqualTo("unix:/i/a");
        assertThat(new Address.Tcp("127.0.0.1", 80).shown()).isEqualTo("127.0.0.1:80");
    }

    @Test
    void refusesASocketPathThatTheKernelDoesNotTake() {
        assertThat(new Address.UnixSocket("/" + "é".repeat(53)).path()).hasSize(54);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Address.UnixSocket("/" + "é".repeat(54)))
                .withMessageContaining("at most 107 bytes");
    }
}
