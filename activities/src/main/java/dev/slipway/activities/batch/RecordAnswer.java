package dev.slipway.activities.batch;

import dev.slipway.domain.batch.RecordFailure;
import java.io.IOException;

/** The answer for a record. Its last user closes it. */
sealed interface RecordAnswer extends AutoCloseable {
    /** The model answered. */
    record Answered(AnswerBody body) implements RecordAnswer {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    record Failed(RecordFailure failure) implements RecordAnswer {
        @Override
        public void close() {}
    }

    @Override
    void close() throws IOException;

    static RecordAnswer failed(RecordFailure.Kind kind, String message) {
        return new Failed(new RecordFailure(kind, message));
    }
}
