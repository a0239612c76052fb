package dev.slipway.api.health;

import dev.slipway.api.header.AlsoAnswers;
import dev.slipway.formats.health.HealthShown;
import dev.slipway.formats.health.ReadinessShown;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** For whoever watches this process; without authentication, because a watcher has no account. */
@RestController
public final class HealthController {

    private final Readiness readiness;

    public HealthController(Readiness readiness) {
        this.readiness = readiness;
    }

    @GetMapping("/health")
    HealthShown health() {
        return new HealthShown(true);
    }

    @GetMapping("/ready")
    @AlsoAnswers(HttpServletResponse.SC_SERVICE_UNAVAILABLE)
    ReadinessShown ready(HttpServletResponse response) throws InterruptedException {
        List<String> reasons = readiness.reasons();
        if (!reasons.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
        return new ReadinessShown(reasons.isEmpty(), reasons);
    }
}
