package dev.slipway.domain.service;

import java.util.List;

/** The {@code config} of an update. Its entries may be partial, so that it means something only against a service. */
@FunctionalInterface
public interface ConfigRequest {

    /**
     * The whole entries that are asked for.
     *
     * @param before the service as it stands
     * @return empty if no field is named at all: then nothing is asked for
     * @throws dev.slipway.domain.problem.Invalid if it does not fit the service
     */
    List<EntryRequest> against(Service before);
}
