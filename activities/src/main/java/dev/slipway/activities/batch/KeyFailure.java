package dev.slipway.activities.batch;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectUri;
import java.util.Locale;

/** An operation of object storage on a key failed. {@link TaskStorage#judge} decides what follows. */
final class KeyFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The operation. */
    enum Access {
        /** Checks whether the object exists, or lists what is below it. */
        FIND,
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

    /** As an outage. */
    Unavailable outage() {
        return outage;
    }
}
