package dev.slipway.gateway.predict;

import dev.slipway.gateway.route.Endpoint;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** How often one request was tried, and the instances that are excluded from the next try. */
final class TriedInstances {

    private static final int MAX_ATTEMPTS = 8;

    private final Set<Endpoint> excluded = new HashSet<>();
    private int attempts;

    void countAttempt() {
        attempts++;
    }

    boolean allowsAnother() {
        return attempts < MAX_ATTEMPTS;
    }

    void exclude(Endpoint endpoint) {
        excluded.add(endpoint);
    }

    Set<Endpoint> excluded() {
        return Collections.unmodifiableSet(excluded);
    }
}
