package dev.slipway.standalone.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The message as one line: what callers and models write into it cannot begin a line of its own. */
public final class OneLine extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return of(event.getFormattedMessage());
    }

    static String of(String text) {
        return text.strip().replaceAll("\\R", " | ").replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
