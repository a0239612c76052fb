package dev.slipway.activities.rollout;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.StartAdvice;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import java.time.Instant;
import java.util.List;

/** The events of a rollout. The key of an event contains generation and step, so that a repeated step writes it once. */
final class RolloutEvents {

    private static final String LOOK_AT_LOGS =
            "Look at the cause, correct the model or its configuration, and try again.";

    private RolloutEvents() {}

    static Event lackOfSlots(Service service, long generation, String details, Instant at) {
        return Event.abnormal(
                service.id().value(),
                key(generation, "waiting"),
                "Lack of resources, transform state to waiting.",
                details,
                "Wait until slots come free, stop another service, or give the pool more slots.",
                at);
    }

    static List<Event> placed(Service service, long generation, ServiceConfig config, Instant at) {
        return each(service, generation, config, "placed", "[%s] schedule resource success", at);
    }

    static List<Event> starting(Service service, long generation, ServiceConfig config, Instant at) {
        return each(service, generation, config, "starting", "[%s] starting model", at);
    }

    private static List<Event> each(
            Service service, long generation, ServiceConfig config, String what, String text, Instant at) {
        List<ServiceEntry> entries = config.entries();
        return entries.stream()
                .map(entry -> Event.normal(
                        service.id().value(),
                        key(generation, what + "/" + entries.indexOf(entry)),
                        text.formatted(entry.label()),
                        at))
                .toList();
    }

    private static String advice(String cause) {
        return StartAdvice.ofService(cause).orElse(LOOK_AT_LOGS);
    }

    /** The cause without the log that may follow it: an event before has that. */
    private static String firstLine(String cause) {
        return cause.lines().findFirst().orElse("");
    }

    static Event timedOut(String service, long generation, String details, Instant at) {
        return Event.abnormal(
                service,
                key(generation, "timeout"),
                "Deploying timeout, details: %s".formatted(firstLine(details)),
                details,
                advice(details),
                at);
    }

    static Event rollingBack(Service service, long generation, String cause, Instant at) {
        return Event.abnormal(
                service.id().value(),
                key(generation, "rollback"),
                "Failed to update service, rollback it.",
                cause,
                advice(cause),
                at);
    }

    static Event rolledBack(Service service, long generation, String cause, Instant at) {
        return Event.normal(
                        service.id().value(),
                        key(generation, "rolled-back"),
                        "Failed to update service, rollback succeeded.",
                        at)
                .withCause(firstLine(cause));
    }

    static Event started(Service service, long generation, Instant at) {
        return Event.normal(
                service.id().value(),
                key(generation, "started"),
                "Service %s started successfully.".formatted(service.name()),
                at);
    }

    static Event updated(Service service, long generation, Instant at) {
        return Event.normal(
                service.id().value(),
                key(generation, "updated"),
                "Service %s updated successfully.".formatted(service.name()),
                at);
    }

    static Event notStarted(Service service, long generation, String cause, Instant at) {
        return Event.abnormal(
                service.id().value(),
                key(generation, "failed"),
                "Service %s started failed.".formatted(service.name()),
                cause,
                advice(cause),
                at);
    }

    private static String key(long generation, String step) {
        return "g%d/%s".formatted(generation, step);
    }
}
