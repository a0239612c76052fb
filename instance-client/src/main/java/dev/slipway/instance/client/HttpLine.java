package dev.slipway.instance.client;

import java.util.regex.Pattern;

/** The first line of an HTTP/1.x message, read more strictly than Netty does: exact spelling, known statuses. */
public final class HttpLine {

    private static final Pattern VERSION_1 = Pattern.compile("HTTP/1\\.[0-9]");
    private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");

    private HttpLine() {}

    /** Whether it is the version of HTTP/1.x, in capitals (RFC 9112, 2.3). */
    public static boolean isVersion1(String text) {
        return VERSION_1.matcher(text).matches();
    }

    /** Whether it is a status from 100 to 599, in three digits. */
    public static boolean isStatus(String text) {
        return STATUS.matcher(text).matches();
    }
}
