package dev.slipway.activities.batch;

import dev.slipway.domain.batch.RecordFailure;

/** What becomes of a record. */
sealed interface RecordAnswer {
    /** The model answered. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never kept
    record Answered(byte[] body) implements RecordAnswer {}

    record Failed(RecordFailure failure) implements RecordAnswer {}

    static RecordAnswer failed(RecordFailure.Kind kind, String message) {
        return new Failed(new RecordFailure(kind, message));
    }
}
