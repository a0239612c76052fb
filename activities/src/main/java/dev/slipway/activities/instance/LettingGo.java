package dev.slipway.activities.instance;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Holding;
import dev.slipway.domain.service.ServiceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Waits until every registered gateway serves without the leaving instances and has no request open to them. However long a gateway
 * has not been heard of, it may still serve: only its goodbye, a proof of its death or an operator takes it off the register.
 */
public final class LettingGo {

    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration HEARD = Duration.ofSeconds(15);
    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final Gateways gateways;
    private final EventStore events;
    private final Patience patience;

    public LettingGo(Gateways gateways, EventStore events, Patience patience) {
        this.gateways = gateways;
        this.events = events;
        this.patience = patience;
    }

    /**
     * Waits; null once all have let go, otherwise who has not, in words. While it waits longer than usual an event names the gateway at
     * once and every ten minutes: a normal one where a gateway that is well only finishes its requests.
     *
     * @param overtaken ends the wait early
     */
    @Nullable
    String await(
            ServiceId service, long generation, Set<InstanceId> leaving, Instant deadline, BooleanSupplier overtaken) {
        if (leaving.isEmpty()) {
            return null;
        }
        Instant reminds = patience.now().plus(USUAL);
        Wait wait = new Wait(gateways.holding(service.value(), leaving));
        patience.until(deadline, () -> {
            wait.holding = gateways.holding(service.value(), leaving);
            if (!wait.holding.isEmpty() && patience.now().isAfter(reminds)) {
                wait.holding.forEach(holding -> remind(service, generation, holding));
            }
            return wait.holding.isEmpty() || overtaken.getAsBoolean();
        });
        return wait.holding.isEmpty() ? null : words(wait.holding);
    }

    private void remind(ServiceId service, long generation, Holding holding) {
        long tenMinutes = patience.now().getEpochSecond() / REMINDER.toSeconds();
        if (holding.finishing() && holding.lastSeen().isAfter(patience.now().minus(HEARD))) {
            events.record(Event.normal(
                            service.value(),
                            "g%d/finishing/%s/%d".formatted(generation, holding.gatewayId(), tenMinutes),
                            "Waiting for requests on old instances to end.",
                            patience.now())
                    .withCause("gateway %s %s; it sends them no new ones"
                            .formatted(holding.gatewayId(), holding.reason())));
            return;
        }
        events.record(Event.abnormal(
                service.value(),
                "g%d/hold/%s/%d".formatted(generation, holding.gatewayId(), tenMinutes),
                "Waiting for gateway %s to let go of old instances.".formatted(holding.gatewayId()),
                "%s; last heard of at %s".formatted(holding.reason(), holding.lastSeen()),
                "Bring the gateway back to its database. If it is gone for good: ./slipway gateway forget "
                        + holding.gatewayId(),
                patience.now()));
    }

    private static String words(List<Holding> holding) {
        return holding.stream()
                .map(each -> "gateway %s: %s".formatted(each.gatewayId(), each.reason()))
                .collect(Collectors.joining("; "));
    }

    /** What the last look saw. */
    private static final class Wait {
        private List<Holding> holding;

        Wait(List<Holding> holding) {
            this.holding = holding;
        }
    }
}
