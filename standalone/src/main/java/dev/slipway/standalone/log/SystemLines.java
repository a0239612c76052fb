package dev.slipway.standalone.log;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads {@link System.Logger}, by which the inner modules log, to the log file. Without it their lines, such as the one of each accepted
 * command, would go to java.util.logging, which writes nowhere here. Found by {@link java.util.ServiceLoader}.
 */
public final class SystemLines extends System.LoggerFinder {

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Lines(LoggerFactory.getLogger(name));
    }

    private record Lines(Logger logger) implements System.Logger {

        @Override
        public String getName() {
            return logger.getName();
        }

        @Override
        public boolean isLoggable(Level level) {
            return level != Level.OFF && logger.isEnabledForLevel(of(level));
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                logger.atLevel(of(level)).setCause(thrown).log(text(bundle, message));
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {
            if (isLoggable(level)) {
                String text = text(bundle, format);
                logger.atLevel(of(level))
                        .log(
                                parameters == null || parameters.length == 0
                                        ? text
                                        : MessageFormat.format(text, parameters));
            }
        }

        private static String text(@Nullable ResourceBundle bundle, @Nullable String key) {
            String text = String.valueOf(key);
            return bundle != null && bundle.containsKey(text) ? bundle.getString(text) : text;
        }

        private static org.slf4j.event.Level of(Level level) {
            return switch (level) {
                case ALL, TRACE -> org.slf4j.event.Level.TRACE;
                case DEBUG -> org.slf4j.event.Level.DEBUG;
                case INFO -> org.slf4j.event.Level.INFO;
                case WARNING -> org.slf4j.event.Level.WARN;
                case ERROR, OFF -> org.slf4j.event.Level.ERROR;
            };
        }
    }
}
