package dev.slipway.domain.problem;

/**
 * The codes that clients read. The number after {@code ModelArts.} is the wire contract's; see its appendix of error codes. Refusals that
 * belong to an API gateway have that gateway's prefix.
 */
public enum ErrorCode {
    INTERNAL("ModelArts.0010"),
    INVALID_ARGUMENT("ModelArts.0101"),
    PARAMETER("ModelArts.0104"),
    PARAMETER_VALUE("ModelArts.0107"),
    NOT_AUTHORISED("ModelArts.0108"),
    TOKEN_UNKNOWN("ModelArts.0201"),
    TOKEN_EXPIRED("ModelArts.0202"),
    TOKEN_INVALID("ModelArts.0203"),
    AUTHORIZATION_MISSING("ModelArts.0205"),
    AUTHORIZATION_MALFORMED("ModelArts.0206"),
    TOKEN_WITHOUT_PROJECT("ModelArts.0207"),
    PROJECT_MISMATCH("ModelArts.0210"),
    MODEL_UNKNOWN("ModelArts.3001"),
    MODEL_EXISTS("ModelArts.3002"),
    MODEL_IN_USE("ModelArts.3009"),
    CONFIG_VIOLATES_SPECIFICATION("ModelArts.3015"),
    CONFIG_UNSUPPORTED("ModelArts.3016"),
    SOURCE_LOCATION("ModelArts.3017"),
    DEPLOYMENT_FAILED("ModelArts.3501"),
    SERVICE_UNKNOWN("ModelArts.3502"),
    SERVICE_NAME_TAKEN("ModelArts.3503"),
    MODEL_NOT_PUBLISHED("ModelArts.3515"),
    SAME_MODEL_TWICE("ModelArts.3516"),
    SERVICE_TYPE_NOT_ENABLED("ModelArts.3518"),
    WRONG_STATE("ModelArts.3519"),
    MODEL_OF_SERVICE_UNKNOWN("ModelArts.3529"),
    POOL_UNKNOWN("ModelArts.3547"),
    OBJECT_PATH_MISSING("ModelArts.3551"),
    DUE_TIME_PAST("ModelArts.3562"),
    MODEL_TYPE_NOT_DEPLOYABLE("ModelArts.3589"),
    BATCH_TASK_UNKNOWN("ModelArts.3822"),
    NO_RESOURCES("ModelArts.3952"),
    FLAVOR_UNKNOWN("ModelArts.3976"),
    UNAVAILABLE("ModelArts.0011"),
    /** Too many requests for now: come back later. */
    THROTTLED("APIGW.0308");

    private final String code;

    ErrorCode(String code) {
        this.code = code;
    }

    /** The code as clients read it, for example {@code ModelArts.3502}. */
    public String code() {
        return code;
    }
}
