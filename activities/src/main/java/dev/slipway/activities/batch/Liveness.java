package dev.slipway.activities.batch;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.activities.waiting.Waits;
import java.util.function.LongConsumer;

/** Work reports its progress here, and learns that it is cancelled. */
@FunctionalInterface
interface Liveness {
    Liveness NONE = done -> {};

    /**
     * Call it every few seconds at least.
     *
     * @param done the progress, in any unit
     * @throws RuntimeException if the work is cancelled or given to another worker
     */
    void alive(long done);

    /** Where the work says what it waits for. */
    default Waits waits() {
        return Waits.unseen();
    }

    /** The same, whose reports are handed on as well. */
    default Liveness telling(LongConsumer listener) {
        Liveness told = this;
        return new Liveness() {
            @Override
            public void alive(long done) {
                told.alive(done);
                listener.accept(done);
            }

            @Override
            public Waits waits() {
                return told.waits();
            }
        };
    }

    /** That of a step in Temporal. */
    record Beating(StepHeartbeat heartbeat) implements Liveness {
        @Override
        public void alive(long done) {
            heartbeat.alive(done);
        }

        @Override
        public Waits waits() {
            return heartbeat.waits();
        }
    }
}
