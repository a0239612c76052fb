package dev.slipway.api.body;

/** The bytes of a request's body, whatever its content type; at least one. */
public final class SentBody {

    private final byte[] bytes;

    SentBody(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }
}
