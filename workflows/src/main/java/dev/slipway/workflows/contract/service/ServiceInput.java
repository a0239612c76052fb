package dev.slipway.workflows.contract.service;

import dev.slipway.workflows.contract.WorkflowInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input of the lifecycle; everything else is in the service's row.
 *
 * @param progress last lines of the run before; null in the first
 */
public record ServiceInput(String serviceId, @Nullable List<String> progress) implements WorkflowInput {

    public ServiceInput {
        WorkflowInput.text("serviceId", serviceId);
        progress = progress == null ? null : List.copyOf(progress);
    }

    public static ServiceInput of(String serviceId) {
        return new ServiceInput(serviceId, null);
    }

    public ServiceInput withProgress(List<String> lines) {
        return new ServiceInput(serviceId, lines);
    }
}
