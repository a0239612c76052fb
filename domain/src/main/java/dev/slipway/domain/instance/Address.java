package dev.slipway.domain.instance;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address where an instance listens for HTTP. {@code toString} is its stored form, which {@link #parse} reads. */
public sealed interface Address {

    /** The form of a fingerprint. */
    String FINGERPRINT = "[0-9a-f]{64}";

    /** The value of the header {@code Host} of a request to it. */
    String authority();

    /** The address for people and logs: without a secret. */
    default String shown() {
        return toString();
    }

    /** A port of a host, without encryption. Stored as {@code host:port}. */
    record Tcp(String host, int port) implements Address {

        public Tcp {
            validate(host, port);
        }

        @Override
        public String authority() {
            return host + ":" + port;
        }

        @Override
        public String toString() {
            return authority();
        }
    }

    /**
     * A socket in the file system of this machine. Stored as {@code unix:/path}, {@code unix:/path#secret=secret} or {@code
     * unix:/path#sha256=fingerprint}.
     *
     * @param path absolute, at most 107 bytes, the limit of the kernel
     * @param secret that each request must carry, because other processes can reach the socket; null if none can. 32 hexadecimal digits in
     *     lower case
     * @param fingerprint of the certificate of a server that speaks TLS there, as that of {@link Tls}; null for one that does not
     */
    record UnixSocket(
            String path, @Nullable String secret, @Nullable String fingerprint) implements Address {

        private static final String SCHEME = "unix:";
        private static final String SECRET = "#secret=";
        private static final String PIN = "#sha256=";
        private static final int LONGEST_PATH = 107;

        /** A socket that nobody else can reach. */
        public UnixSocket(String path) {
            this(path, null, null);
        }

        /** A socket where TLS is not spoken. */
        public UnixSocket(String path, @Nullable String secret) {
            this(path, secret, null);
        }

        public UnixSocket {
            if (secret != null && !secret.matches("[0-9a-f]{32}")) {
                throw new IllegalArgumentException(
                        "the secret of socket '%s': expected 32 hexadecimal digits in lower case".formatted(path));
            }
            if (fingerprint != null && (secret != null || !fingerprint.matches(FINGERPRINT))) {
                throw new IllegalArgumentException(
                        "the fingerprint of socket '%s': expected 64 hexadecimal digits in lower case and no secret"
                                .formatted(path));
            }
            int bytes = path.getBytes(StandardCharsets.UTF_8).length;
            if (!path.startsWith("/") || bytes > LONGEST_PATH || path.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("socket path '%s': expected an absolute path of at most %d bytes"
                        .formatted(path, LONGEST_PATH));
            }
        }

        @Override
        public String authority() {
            return "localhost";
        }

        @Override
        public String toString() {
            return SCHEME
                    + path
                    + (secret == null ? "" : SECRET + secret)
                    + (fingerprint == null ? "" : PIN + fingerprint);
        }

        @Override
        public String shown() {
            return SCHEME + path;
        }

        private static UnixSocket parse(String text) {
            String rest = text.substring(SCHEME.length());
            int pin = rest.lastIndexOf(PIN);
            if (pin >= 0) {
                return new UnixSocket(rest.substring(0, pin), null, rest.substring(pin + PIN.length()));
            }
            int end = rest.lastIndexOf(SECRET);
            return end < 0
                    ? new UnixSocket(rest)
                    : new UnixSocket(rest.substring(0, end), rest.substring(end + SECRET.length()));
        }
    }

    /**
     * A port of a host with TLS and exactly the pinned certificate; its name and issuer are not checked. Stored as {@code
     * tls:host:port#sha256=fingerprint}.
     *
     * @param fingerprint SHA-256 of the certificate as DER, 64 hexadecimal digits in lower case
     */
    record Tls(String host, int port, String fingerprint) implements Address {

        private static final String SCHEME = "tls:";
        private static final Pattern FORM = Pattern.compile("tls:(.+):([0-9]{1,5})#sha256=([0-9a-f]{64})");

        public Tls {
            validate(host, port);
            if (!fingerprint.matches(FINGERPRINT)) {
                throw new IllegalArgumentException(
                        "fingerprint '%s': expected 64 hexadecimal digits in lower case".formatted(fingerprint));
            }
        }

        @Override
        public String authority() {
            return host + ":" + port;
        }

        @Override
        public String toString() {
            return "%s%s:%d#sha256=%s".formatted(SCHEME, host, port, fingerprint);
        }
    }

    /** @throws IllegalArgumentException if it is none of the stored forms */
    static Address parse(String text) {
        if (text.startsWith(UnixSocket.SCHEME + "/")) {
            return UnixSocket.parse(text);
        }
        Matcher tls = Tls.FORM.matcher(text);
        if (tls.matches()) {
            return new Tls(tls.group(1), Integer.parseInt(tls.group(2)), tls.group(3));
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "address '%s': expected host:port, unix:/path or tls:host:port#sha256=fingerprint".formatted(text));
        }
        return new Tcp(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private static void validate(String host, int port) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: expected a name or a number, found nothing");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port %d: expected 1 to 65535".formatted(port));
        }
    }
}
