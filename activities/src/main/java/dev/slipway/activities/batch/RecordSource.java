package dev.slipway.activities.batch;

import dev.slipway.instance.client.InstanceRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the request of a record comes from. It is asked when the record's place at an instance is there, again for each try. */
@FunctionalInterface
interface RecordSource {
    /** May wait for its share of the process's bytes. */
    Prepared prepare() throws IOException, InterruptedException;

    /** A record that is ready to be sent, or that never will be. To be closed when it is not needed any more. */
    sealed interface Prepared extends AutoCloseable {
        @Override
        void close();
    }

    /** @param share that its bytes are part of; null if its owner gives them back */
    record Request(InstanceRequest message, ByteBudget.@Nullable Share share) implements Prepared {
        /** All of it was sent, and nobody reads its bytes any more. */
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

    /** There is nothing to be sent, and that is the answer. */
    record Unfit(RecordAnswer answer) implements Prepared {
        @Override
        public void close() {}
    }
}
