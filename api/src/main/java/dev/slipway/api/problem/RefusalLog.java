package dev.slipway.api.problem;

import dev.slipway.domain.problem.LogBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line of the log for each refused request, with the id that its caller has. */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final LogBudget BUDGET = new LogBudget(50);
    private static final int LONGEST_PATH = 200;

    private RefusalLog() {}

    static void refused(
            @Nullable String requestId, String method, String path, int status, String code, @Nullable String message) {
        int leftOut = BUDGET.take(System.nanoTime());
        if (leftOut == LogBudget.NONE) {
            return;
        }
        LOG.atLevel(status >= 500 ? Level.WARN : Level.INFO)
                .log(
                        "refused request={} status={} code={} method={} path={} message={}{}",
                        requestId,
                        status,
                        code,
                        method,
                        path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path,
                        message,
                        leftOut == 0 ? "" : " (refusals before it that are not shown: %d)".formatted(leftOut));
    }
}
