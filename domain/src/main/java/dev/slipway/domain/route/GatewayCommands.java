package dev.slipway.domain.route;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.domain.route.Gateways.ServedService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The operator's command over gateways: forget one that is gone for good and cannot be proven dead. */
public final class GatewayCommands {

    /** A gateway reports each second; one that reported within this time is alive. */
    public static final Duration LATELY = Duration.ofSeconds(30);

    private final Gateways gateways;
    private final EventStore events;
    private final Predicate<String> livesHere;
    private final Clock clock;

    /** @param livesHere whether a process of this machine is the gateway of this id */
    public GatewayCommands(Gateways gateways, EventStore events, Predicate<String> livesHere, Clock clock) {
        this.gateways = gateways;
        this.events = events;
        this.livesHere = livesHere;
        this.clock = clock;
    }

    /** The result. */
    public record Forgotten(GatewayIdentity gateway, List<ServedService> released) {
        public Forgotten {
            released = List.copyOf(released);
        }
    }

    /**
     * Removes the gateway from the register, with an event on each service that it may have served.
     *
     * @param evenAlive whether to remove it even if it seems alive
     * @throws NotFound if none of this id is registered; the message names the registered ones
     * @throws Conflict if it seems alive
     */
    public Forgotten forget(String gatewayId, boolean evenAlive) {
        Registered gateway = registered(gatewayId);
        Instant now = clock.instant();
        if (!evenAlive && (isHeardOf(gateway, now) || livesHere.test(gatewayId))) {
            throw alive(gateway, now);
        }
        List<ServedService> released = new ArrayList<>();
        gateways.forget(gatewayId, served -> {
            released.add(served);
            events.record(event(gateway, served, now));
        });
        return new Forgotten(gateway.identity(), released);
    }

    private static Conflict alive(Registered gateway, Instant now) {
        long seconds = Math.max(0, Duration.between(gateway.lastSeen(), now).toSeconds());
        return new Conflict(
                ErrorCode.WRONG_STATE,
                "gateway '%s' seems alive, as process %d at %s, heard of %d s ago. "
                                .formatted(
                                        gateway.identity().id(),
                                        gateway.identity().pid(),
                                        gateway.identity().address(),
                                        seconds)
                        + "One that lives goes on serving and registers again by itself: end it, or bring it back to its database. "
                        + "--force forgets it all the same");
    }

    private static boolean isHeardOf(Registered gateway, Instant now) {
        return gateway.lastSeen().isAfter(now.minus(LATELY));
    }

    private Registered registered(String gatewayId) {
        List<Registered> known = gateways.registered();
        return known.stream()
                .filter(row -> row.identity().id().equals(gatewayId))
                .findFirst()
                .orElseThrow(() -> new NotFound(
                        ErrorCode.INVALID_ARGUMENT,
                        "gateway '%s' is not registered; %s".formatted(gatewayId, names(known))));
    }

    private static String names(List<Registered> known) {
        return known.isEmpty()
                ? "no gateway is"
                : known.stream()
                        .map(row -> "'%s'".formatted(row.identity().id()))
                        .collect(Collectors.joining(", ", "those that are: ", ""));
    }

    private static Event event(Registered gateway, ServedService served, Instant now) {
        GatewayIdentity identity = gateway.identity();
        return Event.abnormal(
                served.service(),
                "gateway-forgotten/%s/%d".formatted(identity.id(), now.toEpochMilli()),
                "Gateway %s was forgotten by an operator; nothing waits for it any more.".formatted(identity.id()),
                "It %s, had %d requests open, and was last heard of at %s"
                        .formatted(
                                served.behind() == null ? "had applied the current routes" : served.behind(),
                                served.open(),
                                gateway.lastSeen()),
                "Make sure that process %d of host %s has ended: cut off from its database it would go on sending requests to "
                                .formatted(identity.pid(), identity.hostId())
                        + "instances that may be gone. Once it reaches its database it registers again by itself.",
                now);
    }
}
