package dev.slipway.domain.storage;

/** What an object is to whoever opens it. */
public enum ContentType {
    /** Anything. */
    BYTES("application/octet-stream"),
    /** A text in UTF-8. */
    TEXT("text/plain; charset=utf-8");

    private final String header;

    ContentType(String header) {
        this.header = header;
    }

    /** The value of the header Content-Type. */
    public String header() {
        return header;
    }
}
