package dev.slipway.instance.client;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Divides the pieces of a body into slices. */
final class BodyWriter {

    private static final int SLICE = 64 << 10;

    private final Iterator<byte[]> pieces;
    private byte[] piece = new byte[0];
    private int next;

    BodyWriter(List<byte[]> pieces) {
        this.pieces = pieces.iterator();
    }

    /** The piece that contains the next slice; null at the end. */
    byte @Nullable [] piece() {
        while (next == piece.length) {
            if (!pieces.hasNext()) {
                return null;
            }
            piece = pieces.next();
            next = 0;
        }
        return piece;
    }

    /** Where the next slice begins in it. */
    int offset() {
        return next;
    }

    /** Returns the length of the next slice and moves past it. */
    int advance() {
        int length = Math.min(SLICE, piece.length - next);
        next += length;
        return length;
    }
}
