package dev.slipway.activities.batch;

import dev.slipway.instance.client.InstanceRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Prepares the request of a record. Called for each try, once the record has its permit for an instance. */
@FunctionalInterface
interface RecordSource {
    /** May wait for its share of the byte budget. */
    Prepared prepare() throws IOException, InterruptedException;

    /** A record that is ready to be sent, or that cannot be sent. Must be closed. */
    sealed interface Prepared extends AutoCloseable {
        @Override
        void close();
    }

    /** @param share of the budget for its bytes; null if its owner releases them */
    record Request(InstanceRequest message, ByteBudget.@Nullable Share share) implements Prepared {
        /** Everything was sent, and its bytes are not used any more. */
        void sent() {
            if (share != null) {
                share.reuse();
            }
        }

        @Override
        public void close() {
            if (share != null) {
                share.close();
            }
        }
    }

    /** There is no request; contains the answer. */
    record Unfit(RecordAnswer answer) implements Prepared {
        @Override
        public void close() {}
    }
}
