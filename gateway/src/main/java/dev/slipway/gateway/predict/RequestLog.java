package dev.slipway.gateway.predict;

import dev.slipway.domain.problem.LogBudget;
import io.netty.handler.codec.http.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line of the log for each refused or failed request, with the id that its caller has. */
final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final LogBudget BUDGET = new LogBudget(50);
    private static final int LONGEST_PATH = 200;
    private static final int FIRST_FAILURE = 500;

    private RequestLog() {}

    /** The gateway answered by itself. */
    static void refused(String requestId, HttpRequest request, ErrorResponse response) {
        write(
                "refused",
                requestId,
                request,
                response.status().code(),
                "%s %s".formatted(response.code(), response.message()));
    }

    /** The answer was cut after it had begun. */
    static void cut(String requestId, HttpRequest request, ErrorResponse reason) {
        write("cut", requestId, request, reason.status().code(), "%s %s".formatted(reason.code(), reason.message()));
    }

    /** The instance answered; only a status from 500 on is a failure. */
    static void answered(String requestId, HttpRequest request, int status) {
        if (status >= FIRST_FAILURE) {
            write("failed", requestId, request, status, "the instance answered so; see its log");
        }
    }

    private static void write(String what, String requestId, HttpRequest request, int status, String message) {
        int leftOut = BUDGET.take(System.nanoTime());
        if (leftOut == LogBudget.NONE) {
            return;
        }
        String path = request.uri();
        LOG.atLevel(status >= FIRST_FAILURE ? Level.WARN : Level.INFO)
                .log(
                        "{} request={} status={} method={} path={} message={}{}",
                        what,
                        requestId,
                        status,
                        request.method(),
                        path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path,
                        message,
                        leftOut == 0 ? "" : " (requests before it that are not shown: %d)".formatted(leftOut));
    }
}
