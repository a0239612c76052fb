package dev.slipway.instance.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answers to a {@link RequestBlock}, one after another in the order of the requests. Called on the thread of the connection, which
 * has others to serve: it must not wait. What it throws ends the exchange.
 */
public interface AnswerSink {

    /** The head of an answer. */
    interface Head {
        int status();

        /** Bytes of the body. */
        long length();

        /** The value of a header; null if there is none. */
        @Nullable
        String header(String name);
    }

    /** An answer begins. */
    void begin(Head head) throws IOException;

    /** Bytes of its body, which are the caller's again when this returns. */
    void body(byte[] bytes, int from, int to) throws IOException;

    /**
     * The answer is complete.
     *
     * @return whether to go on; if not the exchange ends, and the requests behind this one may or may not have been seen
     */
    boolean end() throws IOException;
}
