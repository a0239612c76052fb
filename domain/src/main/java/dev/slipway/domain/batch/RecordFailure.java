package dev.slipway.domain.batch;

import java.util.Locale;

/** Why a record has no answer. */
public record RecordFailure(Kind kind, String message) {
    private static final int LONGEST = 1000;

    public RecordFailure {
        message = message.length() <= LONGEST ? message : message.substring(0, LONGEST - 1) + "…";
    }

    /** The kinds, each with the code that its line shows. */
    public enum Kind {
        /** The input cannot be made into a request. */
        BAD_INPUT("ModelArts.4200"),
        /** The model answered with an error. */
        REFUSED("ModelArts.4204"),
        /** The instance accepted no request for too long. */
        BUSY("ModelArts.4302"),
        /** The instance gave no complete answer: it ended, cut the connection or took too long. */
        NO_ANSWER("ModelArts.4503"),
        /** The model answered, but object storage did not accept the result. */
        NOT_KEPT("ModelArts.3017"),
        /** The task ended before the record was answered. */
        NOT_RUN("ModelArts.4203");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }

        /** Its name in logs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
