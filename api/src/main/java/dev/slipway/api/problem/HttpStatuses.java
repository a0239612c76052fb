package dev.slipway.api.problem;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Problem;
import org.springframework.http.HttpStatus;

/** The HTTP status of each code, from the wire contract's appendix. */
final class HttpStatuses {

    private HttpStatuses() {}

    static HttpStatus of(Problem problem) {
        return of(problem.code());
    }

    static HttpStatus of(ErrorCode code) {
        return switch (code) {
            case INTERNAL, MODEL_IN_USE, DEPLOYMENT_FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
            case INVALID_ARGUMENT,
                    PARAMETER,
                    PARAMETER_VALUE,
                    CONFIG_VIOLATES_SPECIFICATION,
                    CONFIG_UNSUPPORTED,
                    SOURCE_LOCATION,
                    MODEL_NOT_PUBLISHED,
                    SAME_MODEL_TWICE,
                    SERVICE_TYPE_NOT_ENABLED,
                    WRONG_STATE,
                    MODEL_OF_SERVICE_UNKNOWN,
                    POOL_UNKNOWN,
                    OBJECT_PATH_MISSING,
                    DUE_TIME_PAST,
                    MODEL_TYPE_NOT_DEPLOYABLE,
                    BATCH_TASK_UNKNOWN,
                    NO_RESOURCES,
                    FLAVOR_UNKNOWN -> HttpStatus.BAD_REQUEST;
            case NOT_AUTHORISED, PROJECT_MISMATCH -> HttpStatus.FORBIDDEN;
            case TOKEN_UNKNOWN,
                    TOKEN_EXPIRED,
                    TOKEN_INVALID,
                    AUTHORIZATION_MISSING,
                    AUTHORIZATION_MALFORMED,
                    TOKEN_WITHOUT_PROJECT -> HttpStatus.UNAUTHORIZED;
            case MODEL_UNKNOWN, SERVICE_UNKNOWN -> HttpStatus.NOT_FOUND;
            case MODEL_EXISTS, SERVICE_NAME_TAKEN -> HttpStatus.CONFLICT;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case THROTTLED -> HttpStatus.TOO_MANY_REQUESTS;
        };
    }
}
