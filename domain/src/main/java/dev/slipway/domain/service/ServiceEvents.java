package dev.slipway.domain.service;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.Model;
import java.time.Instant;
import java.util.Locale;

/** The events of commands, with the texts of the guide (3.5) if it has one. */
final class ServiceEvents {

    private ServiceEvents() {}

    static Event deploying(Service service, Instant at) {
        return ofGeneration(service, "deploy", "Start to deploy service.", at);
    }

    static Event updating(Service service, Instant at) {
        return ofGeneration(service, "update", "Updating service.", at);
    }

    static Event stored(Service service, Instant at) {
        return ofGeneration(service, "stored", "Configuration stored, it takes effect when the service starts.", at);
    }

    static Event starting(Service service, Instant at) {
        return ofGeneration(service, "start", "Starting service.", at);
    }

    static Event stopping(Service service, Instant at) {
        return ofGeneration(service, "stop", "Stopping service.", at);
    }

    static Event withdrawing(Service service, Instant at) {
        return ofGeneration(service, "withdraw", "Cancelling the update of the service.", at);
    }

    static Event stopped(Service service, Instant at) {
        return ofGeneration(service, "stopped", "Service stopped.", at);
    }

    static Event autoStopped(Service service, Instant at) {
        return ofGeneration(service, "stop", "Service stopped automatically because due time is reached.", at);
    }

    static Event deleting(Service service, Instant at) {
        return ofGeneration(service, "delete", "Deleting service.", at);
    }

    static Event autoStopOn(Service service, AutoStop autoStop, Instant at) {
        return ofInstant(
                service,
                "auto-stop-on",
                "Auto-stop switched on, service will be stopped in %d %s."
                        .formatted(autoStop.amount(), autoStop.unit().toLowerCase(Locale.ROOT)),
                at);
    }

    static Event autoStopLater(Service service, AutoStop autoStop, Instant at) {
        return ofInstant(
                service,
                "auto-stop-later",
                "Auto-stop stored, it is switched on for %d %s when the service starts."
                        .formatted(autoStop.amount(), autoStop.unit().toLowerCase(Locale.ROOT)),
                at);
    }

    static Event autoStopOff(Service service, Instant at) {
        return ofInstant(service, "auto-stop-off", "Auto-stop switched off.", at);
    }

    static Event described(Service service, Instant at) {
        return ofInstant(service, "description", "Description changed.", at);
    }

    static Event prioritised(Service service, int priority, Instant at) {
        return ofInstant(service, "priority", "Priority changed to %d.".formatted(priority), at);
    }

    /** @param entry as it has been */
    static Event aliasMoved(Service service, AliasUse use, Model now, ServiceEntry entry, Instant at) {
        String outcome = use.follows()
                ? "the service follows the alias, and is updated from version %s".formatted(entry.modelVersion())
                : "the service keeps version %s until its configuration is sent again".formatted(entry.modelVersion());
        return ofInstant(service, "alias/" + use.alias(), "An alias that the service names was moved.", at)
                .withCause("'%s' names version %s now: %s"
                        .formatted(use.alias(), now.spec().version(), outcome));
    }

    static Event aliasNotFollowed(Service service, String cause, Instant at) {
        return Event.abnormal(
                service.id().value(),
                "alias-not-followed/" + at,
                "Failed to follow an alias that was moved.",
                cause,
                "The service keeps the models that it has. Correct what the cause names, and update the service.",
                at);
    }

    private static Event ofGeneration(Service service, String what, String info, Instant at) {
        String key = "g%d/%s".formatted(service.numbers().generation(), what);
        return Event.normal(service.id().value(), key, info, at);
    }

    /** For commands without a generation. Two of a kind in the same millisecond give one event. */
    private static Event ofInstant(Service service, String what, String info, Instant at) {
        return Event.normal(service.id().value(), "%s/%s".formatted(what, at), info, at);
    }
}
