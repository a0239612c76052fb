package dev.slipway.standalone.demo;

/** A step of the demo failed. The message says what was expected and what was found. */
public final class DemoFailure extends RuntimeException {

    DemoFailure(String message) {
        super(message);
    }

    DemoFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
