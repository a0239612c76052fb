package dev.slipway.activities.model;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectUri;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of an object, whose reading fails as an outage, so that the step is tried again as often as it takes. */
final class CutAsOutage extends FilterInputStream {

    private final ObjectUri uri;

    CutAsOutage(ObjectUri uri, InputStream bytes) {
        super(bytes);
        this.uri = uri;
    }

    @Override
    public int read() {
        try {
            return super.read();
        } catch (IOException e) {
            throw cut(e);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        try {
            return super.read(buffer, offset, length);
        } catch (IOException e) {
            throw cut(e);
        }
    }

    private Unavailable cut(IOException cause) {
        Unavailable outage = new Unavailable(
                ErrorCode.UNAVAILABLE, "object storage cut the bytes of '%s': %s".formatted(uri, cause.getMessage()));
        outage.initCause(cause);
        return outage;
    }
}
