package dev.slipway.workflows.contract.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input of the lifecycle; everything else is in the service's row.
 *
 * @param progress last lines of the run before; null in the first
 */
public record ServiceInput(String serviceId, @Nullable List<String> progress) {

    public static ServiceInput of(String serviceId) {
        return new ServiceInput(serviceId, null);
    }

    public ServiceInput withProgress(List<String> lines) {
        return new ServiceInput(serviceId, lines);
    }
}
