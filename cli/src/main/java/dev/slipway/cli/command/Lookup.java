package dev.slipway.cli.command;

import dev.slipway.client.RefusedCall;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.model.ModelShown;
import dev.slipway.formats.service.ServiceItem;
import dev.slipway.formats.service.ServiceShown;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds what a user means by an id or a name. */
public final class Lookup {

    private static final int NOT_FOUND = 404;

    private final SlipwayClient client;

    public Lookup(SlipwayClient client) {
        this.client = client;
    }

    /** The service with that id, else the one with that name. */
    public Optional<ServiceShown> service(String idOrName) {
        return found(client.services()::show, idOrName)
                .or(() -> client.services().list(Map.of("service_name", idOrName)).services().stream()
                        .filter(item -> item.serviceName().equals(idOrName))
                        .findFirst()
                        .map(ServiceItem::serviceId)
                        .flatMap(id -> found(client.services()::show, id)));
    }

    /** The model with that id, else the newest version of that name. */
    public Optional<ModelShown> model(String idOrName) {
        return found(client.models()::show, idOrName)
                .or(() -> client.models().list(Map.of("model_name", idOrName, "exact_match", "true")).models().stream()
                        .filter(item -> item.modelName().equals(idOrName))
                        .findFirst()
                        .map(ModelItem::modelId)
                        .flatMap(id -> found(client.models()::show, id)));
    }

    private static <T> Optional<T> found(Function<String, T> show, String id) {
        try {
            return Optional.of(show.apply(id));
        } catch (RefusedCall e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
