package dev.slipway.activities.batch;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectUri;
import java.util.Locale;

/** Object storage did not do what was asked of a key. What follows from it says {@link TaskStorage#judge}. */
final class KeyFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What was asked. */
    enum Access {
        /** Whether it is there, or what is below it. */
        LOOK,
        READ,
        WRITE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final transient ObjectUri uri;
    private final Access access;
    private final Unavailable outage;

    KeyFailure(ObjectUri uri, Access access, Unavailable outage) {
        super(outage.getMessage(), outage);
        this.uri = uri;
        this.access = access;
        this.outage = outage;
    }

    ObjectUri uri() {
        return uri;
    }

    Access access() {
        return access;
    }

    /** As it looks from here alone. */
    Unavailable outage() {
        return outage;
    }
}
