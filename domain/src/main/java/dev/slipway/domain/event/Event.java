package dev.slipway.domain.event;

import dev.slipway.domain.problem.ForeignText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a model or a service, for its user.
 *
 * @param subject id of the model or service
 * @param key a second event of the same subject and key is not written
 * @param info the guide's English text to the letter (guide 2.6 and 3.5), or our own if the guide has none
 * @param cause why; null if the text is enough
 * @param advice what to do, null if there is nothing to do
 * @param origin who gave the command that it is of; null if it is of none
 */
public record Event(
        String subject,
        String key,
        EventType type,
        String info,
        @Nullable String cause,
        @Nullable String advice,
        Instant occurredAt,
        @Nullable Origin origin) {

    private static final int LONGEST = 4000;

    public Event {
        info = cut(info);
        cause = cause == null ? null : cut(cause);
        advice = advice == null ? null : cut(advice);
    }

    public static Event normal(String subject, String key, String info, Instant at) {
        return new Event(subject, key, EventType.NORMAL, info, null, null, at, null);
    }

    public static Event abnormal(String subject, String key, String info, String cause, String advice, Instant at) {
        return new Event(subject, key, EventType.ABNORMAL, info, cause, advice, at, null);
    }

    public Event withCause(String text) {
        return new Event(subject, key, type, info, text, advice, occurredAt, origin);
    }

    /** The same as an event of a command. */
    public Event by(@Nullable Origin giver) {
        return new Event(subject, key, type, info, cause, advice, occurredAt, giver);
    }

    /** A cause may quote the log of an instance. */
    private static String cut(String foreign) {
        String text = ForeignText.plain(foreign);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
