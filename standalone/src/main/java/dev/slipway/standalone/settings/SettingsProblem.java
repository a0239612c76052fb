package dev.slipway.standalone.settings;

/** The settings cannot be used: the message names file, line and key, what was expected, what was found. */
public final class SettingsProblem extends RuntimeException {

    public SettingsProblem(String message) {
        super(message);
    }

    public SettingsProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
