package dev.slipway.standalone.command;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The log file of this process. Set it before the first logger is created. */
final class LogFile {

    private LogFile() {}

    static void use(Path file) {
        System.setProperty("slipway.log", file.toString());
        // Tomcat logs by java.util.logging to the terminal, where messages below a warning are not useful.
        Logger.getLogger("").setLevel(Level.WARNING);
    }
}
