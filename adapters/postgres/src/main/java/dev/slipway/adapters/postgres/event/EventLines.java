package dev.slipway.adapters.postgres.event;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.event.Origin;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The lines of the log about events: one for each command, with who gave it, and one for each failure. A failure is often told by two events
 * of one work, such as the step that failed and the end of the import: the second with the same cause is no line.
 */
final class EventLines {

    private static final Logger LOG = LoggerFactory.getLogger(EventLines.class);
    private static final int MOST_REMEMBERED = 1_000;

    private static final Map<String, String> TOLD = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private EventLines() {}

    /** Writes the line of an event, if it has one, once its transaction is committed: what is rolled back or tried again has none. */
    static void afterCommit(EventSubject subject, Event event) {
        if (event.type() != EventType.ABNORMAL && event.origin() == null) {
            return;
        }
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            write(subject, event);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                write(subject, event);
            }
        });
    }

    private static void write(EventSubject subject, Event event) {
        String cause = firstLine(event.cause());
        boolean isFailure = event.type() == EventType.ABNORMAL;
        if (isFailure && !cause.isEmpty() && isTold(event, cause)) {
            return;
        }
        LOG.atLevel(isFailure ? Level.WARN : Level.INFO)
                .log(
                        "event {}={} info={}{}{}",
                        subject.name().toLowerCase(Locale.ROOT),
                        event.subject(),
                        event.info(),
                        cause.isEmpty() ? "" : " cause=" + cause,
                        words(event.origin()));
    }

    private static String words(@Nullable Origin origin) {
        return origin == null
                ? ""
                : " user=%s project=%s request=%s".formatted(origin.user(), origin.project(), origin.request());
    }

    /** Whether an event of the same work, such as an import or a generation, had this cause. */
    private static boolean isTold(Event event, String cause) {
        int slash = event.key().indexOf('/');
        String work =
                event.subject() + "/" + (slash < 0 ? event.key() : event.key().substring(0, slash));
        synchronized (TOLD) {
            return cause.equals(TOLD.put(work, cause));
        }
    }

    /** The lines after it are the end of a log. */
    private static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }
}
