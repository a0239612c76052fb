package dev.slipway.domain.request;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * What a request has started: the result of the first call of its key.
 *
 * @param id of the model or service
 * @param generation of the service that has to settle for the request to be done; 0 for a model
 * @param taskId the run of a batch service; null otherwise
 */
public record Started(
        Thing thing, String id, long generation, @Nullable String taskId) {

    /** The kind of thing that {@link #id} names. */
    public enum Thing {
        MODEL,
        SERVICE
    }

    static Started of(Model model) {
        return new Started(Thing.MODEL, model.id().value(), 0, null);
    }

    /** For a service that is as asked already, the generation is the one that serves. */
    static Started of(Service service) {
        long generation = service.isSettled()
                ? service.numbers().serving()
                : service.numbers().generation();
        return new Started(Thing.SERVICE, service.id().value(), generation, service.taskId());
    }
}
