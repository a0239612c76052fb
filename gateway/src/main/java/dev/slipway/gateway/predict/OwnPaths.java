package dev.slipway.gateway.predict;

import dev.slipway.gateway.route.RouteCache;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /health} and {@code /ready}, for whoever watches this gateway; without a token, because they show nothing of a service. All paths
 * of services are below {@code /v1/infers/}, so that neither hides the other. They read memory only.
 */
final class OwnPaths {

    private static final Duration STALE = Duration.ofSeconds(10);

    private final RouteCache routes;

    OwnPaths(RouteCache routes) {
        this.routes = routes;
    }

    /** An answer in JSON. */
    record Answer(HttpResponseStatus status, String json) {}

    /** Whether the request is for one of them. */
    static boolean has(HttpRequest request) {
        return path(request).equals("/health") || path(request).equals("/ready");
    }

    private static String path(HttpRequest request) {
        String uri = Target.withoutAuthority(request.uri());
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** The answer to a request of {@link #has}; null if it is neither GET nor HEAD. */
    @Nullable
    Answer answer(HttpRequest request, boolean isDraining) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return null;
        }
        return path(request).equals("/health")
                ? new Answer(HttpResponseStatus.OK, "{\"healthy\":true}")
                : readiness(isDraining);
    }

    /** Old routes are a reason that is told, and still served: one gateway that is taken out for them would mean all. */
    private Answer readiness(boolean isDraining) {
        List<String> reasons = new ArrayList<>();
        Duration age = routes.age();
        boolean hasRoutes = routes.isComplete() || !routes.all().isEmpty();
        if (isDraining) {
            reasons.add("gateway: it is stopping");
        }
        if (!routes.isComplete()) {
            reasons.add(
                    hasRoutes
                            ? "routes: only the copy on the disk is known, the database has not been read since the start"
                            : "routes: none are known yet, the database has not been read since the start");
        } else if (age.compareTo(STALE) > 0) {
            reasons.add("routes: last read %d s ago, the database does not answer; services go on with these routes"
                    .formatted(age.toSeconds()));
        }
        boolean isReady = hasRoutes && !isDraining;
        return new Answer(
                isReady ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                "{\"ready\":%s,\"reasons\":[%s]}"
                        .formatted(
                                isReady,
                                String.join(
                                        ",",
                                        reasons.stream()
                                                .map("\"%s\""::formatted)
                                                .toList())));
    }
}
