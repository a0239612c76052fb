package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Which models were deleted, and why others were not (wire contract 2.5). */
@WireRecord
public record ModelsDeleted(List<String> deleteSuccessList, List<Refused> deleteFailedList) {
    public ModelsDeleted {
        deleteSuccessList = List.copyOf(deleteSuccessList);
        deleteFailedList = List.copyOf(deleteFailedList);
    }

    /** A model that was not deleted. */
    @WireRecord
    public record Refused(String modelId, String errorCode, String errorMsg) {}
}
