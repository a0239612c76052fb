package dev.slipway.standalone.command;

import java.nio.file.Path;

/** Where this process logs. To be said before the first logger is made. */
final class LogFile {

    private LogFile() {}

    static void use(Path file) {
        System.setProperty("slipway.log", file.toString());
    }
}
