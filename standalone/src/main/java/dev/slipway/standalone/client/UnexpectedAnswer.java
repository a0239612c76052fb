package dev.slipway.standalone.client;

/** The API did not answer as it should. The message says what was asked, expected and found. */
public final class UnexpectedAnswer extends RuntimeException {

    UnexpectedAnswer(String message) {
        super(message);
    }

    UnexpectedAnswer(String message, Throwable cause) {
        super(message, cause);
    }
}
