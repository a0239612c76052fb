package dev.slipway.adapters.images;

import dev.slipway.domain.image.TransferFailure;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Where the documents and blobs of an image come from. What it gives is not verified. */
interface PulledSource {

    /** How many bytes a manifest may have. */
    int LARGEST_MANIFEST = 4 << 20;

    /**
     * The bytes of the manifest or index that the reference names.
     *
     * @param digest null for the one that the reference names
     */
    byte[] manifest(@Nullable String digest) throws TransferFailure;

    /**
     * Reads a blob from its beginning, once more each time that the transfer is cut.
     *
     * @param hex of its SHA-256
     */
    <T> T blob(String hex, Reading<T> reading) throws TransferFailure;

    /** Reads the bytes of a blob. */
    @FunctionalInterface
    interface Reading<T> {

        /** @throws Cut if the source is at fault */
        T from(InputStream in) throws IOException, TransferFailure;
    }

    /** The source did not send what it began. Another try may help. */
    final class Cut extends IOException {

        private static final long serialVersionUID = 1L;

        Cut(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
