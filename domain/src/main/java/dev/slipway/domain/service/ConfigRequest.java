package dev.slipway.domain.service;

import java.util.List;

/** The {@code config} of an update. Its entries may be partial, so it has to be completed from the service. */
@FunctionalInterface
public interface ConfigRequest {

    /**
     * The completed entries.
     *
     * @param before the present service
     * @return empty if the config has no field at all, which asks for nothing
     * @throws dev.slipway.domain.problem.Invalid if it does not match the service
     */
    List<EntryRequest> against(Service before);
}
