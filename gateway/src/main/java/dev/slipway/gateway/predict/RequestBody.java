package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** How much of a request's body has arrived, and those parts of it that are kept until an instance has them. */
final class RequestBody {

    private final Deque<HttpContent> gathered = new ArrayDeque<>();
    private long received;
    private boolean complete;

    /** Counts a part that has arrived, and gives it back without trailers: an instance could take one for a header that was checked. */
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

    /** Hands over a copy of each part that is kept; the parts stay for another instance. */
    void copyTo(Consumer<HttpContent> taker) {
        gathered.forEach(part -> taker.accept(part.retainedDuplicate()));
    }

    /** Releases the first parts, which an instance has got as copies, and hands over the others: none is kept any more. */
    void moveTo(Consumer<HttpContent> taker, int copied) {
        for (int i = 0; i < copied; i++) {
            gathered.remove().release();
        }
        while (!gathered.isEmpty()) {
            taker.accept(gathered.remove());
        }
    }

    /** Releases what is kept. */
    void release() {
        gathered.forEach(ReferenceCountUtil::release);
        gathered.clear();
    }
}
