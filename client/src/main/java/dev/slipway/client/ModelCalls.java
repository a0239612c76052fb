package dev.slipway.client;

import dev.slipway.formats.model.BuildLogShown;
import dev.slipway.formats.model.CreateModelBody;
import dev.slipway.formats.model.ModelCreated;
import dev.slipway.formats.model.ModelEventList;
import dev.slipway.formats.model.ModelList;
import dev.slipway.formats.model.ModelShown;
import dev.slipway.formats.model.ModelsDeleted;
import java.util.Map;

/** Calls of models. Each throws a {@link ClientFailure} for any answer but a success. */
public final class ModelCalls {

    private static final String MODELS = "/models";

    private final Connection connection;

    ModelCalls(Connection connection) {
        this.connection = connection;
    }

    /** Starts the import. */
    public ModelCreated create(CreateModelBody body) {
        return connection.post(MODELS, body, ModelCreated.class);
    }

    /** @param query as in {@code docs/openapi.json} */
    public ModelList list(Map<String, String> query) {
        return connection.get(MODELS + Paths.query(query), ModelList.class);
    }

    public ModelShown show(String id) {
        return connection.get(path(id), ModelShown.class);
    }

    public ModelsDeleted delete(String id) {
        return connection.delete(path(id), ModelsDeleted.class);
    }

    /** @param query as in {@code docs/openapi.json} */
    public ModelEventList events(String id, Map<String, String> query) {
        return connection.get(path(id) + "/events" + Paths.query(query), ModelEventList.class);
    }

    /** What pip printed when the environment of the model was built. */
    public BuildLogShown buildLog(String id) {
        return connection.get(path(id) + "/build-log", BuildLogShown.class);
    }

    private static String path(String id) {
        return MODELS + "/" + Paths.segment(id);
    }
}
