package dev.slipway.standalone.command;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where this process logs. To be said before the first logger is made. */
final class LogFile {

    private LogFile() {}

    static void use(Path file) {
        System.setProperty("slipway.log", file.toString());
        // Tomcat logs by java.util.logging, to the terminal: what it has to say below a warning is of no use there.
        Logger.getLogger("").setLevel(Level.WARNING);
    }
}
