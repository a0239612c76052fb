package dev.slipway.api.header;

/**
 * The token that a call asks about, from the header {@value #HEADER}: not that of the caller, which may be another one.
 *
 * @param text as it was sent, not empty
 */
public record SubjectToken(String text) {

    /** The header of the request, and of the answer to a request for a token. */
    public static final String HEADER = "X-Subject-Token";

    public SubjectToken {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("text: expected a token, found nothing");
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "SubjectToken[]";
    }
}
