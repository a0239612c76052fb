package dev.slipway.standalone.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a log line. Below ERROR it is expected now and then, and what one wants to know is why: its causes follow in the same
 * line. An ERROR is a bug, and its stack follows.
 */
public final class FailureOfLine extends ThrowableProxyConverter {

    private static final int MOST_CAUSES = 5;

    @Override
    public String convert(ILoggingEvent event) {
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure == null) {
            return "";
        }
        return event.getLevel().isGreaterOrEqual(Level.ERROR)
                ? System.lineSeparator() + super.convert(event).stripTrailing()
                : " because=" + causes(failure);
    }

    private static String causes(@Nullable IThrowableProxy failure) {
        StringBuilder causes = new StringBuilder();
        IThrowableProxy each = failure;
        for (int count = 0; each != null && count < MOST_CAUSES; count++) {
            String message = each.getMessage();
            String type = each.getClassName();
            causes.append(count == 0 ? "" : " <- ")
                    .append(type, type.lastIndexOf('.') + 1, type.length())
                    .append(message == null ? "" : ": " + OneLine.of(message));
            each = each.getCause();
        }
        return causes.toString();
    }
}
