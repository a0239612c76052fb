package dev.slipway.standalone.demo;

/** The story did not go as it should. The message says what was expected and what was found. */
public final class DemoFailure extends RuntimeException {

    DemoFailure(String message) {
        super(message);
    }

    DemoFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
