package dev.slipway.domain.instance;

import java.util.Optional;

/**
 * The owner of an instance set: {@code service/<serviceId>} (also for the task of a batch service) or {@code model/<modelId>} (a trial
 * start).
 */
public record SetOwner(String value) {

    private static final String SERVICE = "service/";
    private static final String MODEL = "model/";

    public SetOwner {
        if (!value.startsWith(SERVICE) && !value.startsWith(MODEL)) {
            throw new IllegalArgumentException(
                    "owner '%s': expected service/<serviceId> or model/<modelId>".formatted(value));
        }
    }

    public static SetOwner service(String id) {
        return new SetOwner(SERVICE + id);
    }

    public static SetOwner model(String id) {
        return new SetOwner(MODEL + id);
    }

    /** The id of the service, empty if it belongs to a model. */
    public Optional<String> serviceId() {
        return value.startsWith(SERVICE) ? Optional.of(value.substring(SERVICE.length())) : Optional.empty();
    }

    /** The id of the model, empty if it belongs to a service. */
    public Optional<String> modelId() {
        return value.startsWith(MODEL) ? Optional.of(value.substring(MODEL.length())) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
