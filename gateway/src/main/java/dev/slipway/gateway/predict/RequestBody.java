package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Counts the arrived bytes of a request's body and keeps its parts until an instance has them. */
final class RequestBody {

    private final Deque<HttpContent> gathered = new ArrayDeque<>();
    private long received;
    private boolean complete;

    /** Counts a part and returns it without trailers, because an instance could take a trailer for a checked header. */
    HttpContent count(HttpContent part) {
        received += part.content().readableBytes();
        complete = part instanceof LastHttpContent;
        return complete ? new DefaultLastHttpContent(part.content()) : part;
    }

    /** Bytes so far. */
    long received() {
        return received;
    }

    /** Whether all of it has arrived. */
    boolean isComplete() {
        return complete;
    }

    /** Keeps the part. */
    void gather(HttpContent part) {
        gathered.add(part);
    }

    int gatheredParts() {
        return gathered.size();
    }

    /** Hands over a copy of each kept part. The parts stay for another instance. */
    void copyTo(Consumer<HttpContent> taker) {
        gathered.forEach(part -> taker.accept(part.retainedDuplicate()));
    }

    /** Releases the first parts, which the instance has got as copies, and hands over the others. Afterwards none is kept. */
    void moveTo(Consumer<HttpContent> taker, int copied) {
        for (int i = 0; i < copied; i++) {
            gathered.remove().release();
        }
        while (!gathered.isEmpty()) {
            taker.accept(gathered.remove());
        }
    }

    /** Releases the kept parts. */
    void release() {
        gathered.forEach(ReferenceCountUtil::release);
        gathered.clear();
    }
}
