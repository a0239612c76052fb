package dev.slipway.worker.wait;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.route.Gateways.Holding;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes events about gateways for which a drain waits longer than usual: at once, and again every ten minutes. The event is a normal one
 * if a healthy gateway only finishes its requests. A gateway may still serve however long it is silent: it stays registered until it
 * deregisters, is proven to be dead, or an operator removes it.
 */
final class HoldEvents {

    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration HEARD = Duration.ofSeconds(15);
    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final EventStore events;
    private final Clock clock;
    private final Set<String> told = new HashSet<>();

    HoldEvents(EventStore events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** @param holding the gateways that hold each service */
    void tell(List<Wait> waits, Map<String, List<Holding>> holding) {
        Instant now = clock.instant();
        Set<String> standing = new HashSet<>();
        for (Wait wait : waits) {
            if (wait.condition() instanceof WaitCondition.Released released
                    && !released.leaving().isEmpty()
                    && wait.since().plus(USUAL).isBefore(now)) {
                for (Holding each : holding.getOrDefault(released.service(), List.of())) {
                    Event event = event(released, each, now);
                    String key = released.service() + "/" + event.key();
                    standing.add(key);
                    if (!told.contains(key)) {
                        events.record(event);
                        told.add(key);
                    }
                }
            }
        }
        keepOnly(standing);
    }

    /** Forgets all other workflows. */
    void keepOnly(Set<String> standing) {
        told.retainAll(standing);
    }

    private static Event event(WaitCondition.Released released, Holding holding, Instant now) {
        long tenMinutes = now.getEpochSecond() / REMINDER.toSeconds();
        if (holding.finishing() && holding.lastSeen().isAfter(now.minus(HEARD))) {
            return Event.normal(
                            released.service(),
                            "g%d/finishing/%s/%d".formatted(released.generation(), holding.gatewayId(), tenMinutes),
                            "Waiting for requests on old instances to end.",
                            now)
                    .withCause("gateway %s %s; it sends them no new ones"
                            .formatted(holding.gatewayId(), holding.reason()));
        }
        return Event.abnormal(
                released.service(),
                "g%d/hold/%s/%d".formatted(released.generation(), holding.gatewayId(), tenMinutes),
                "Waiting for gateway %s to release old instances.".formatted(holding.gatewayId()),
                "%s; last heard of at %s".formatted(holding.reason(), holding.lastSeen()),
                "Bring the gateway back to its database. If it is gone for good: ./slipway gateway forget "
                        + holding.gatewayId(),
                now);
    }
}
