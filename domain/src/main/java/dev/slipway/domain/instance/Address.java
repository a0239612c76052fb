package dev.slipway.domain.instance;

/** Where an instance listens for HTTP. */
public record Address(String host, int port) {

    public Address {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port %d: expected 1 to 65535".formatted(port));
        }
    }

    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
