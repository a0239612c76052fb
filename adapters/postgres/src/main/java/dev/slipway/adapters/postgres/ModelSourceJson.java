package dev.slipway.adapters.postgres;

import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.domain.storage.ObjectUri;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Sources of models as JSON: a package as bucket and key, which is the older form, the others as their kind and name. */
final class ModelSourceJson {

    private static final String KIND = "kind";
    private static final String NAME = "name";
    private static final String IMAGE = "image";
    private static final String TEMPLATE = "template";
    private static final String MODE = "mode";
    private static final String COMMAND = "command";
    private static final String COPIED = "copied";
    private static final String FETCHED = "fetched";
    private static final String BUCKET = "bucket";
    private static final String KEY = "key";

    private ModelSourceJson() {}

    static SimpleModule module() {
        return new SimpleModule()
                .addSerializer(ModelSource.class, new Writer())
                .addDeserializer(ModelSource.class, new Reader());
    }

    private static final class Writer extends StdSerializer<ModelSource> {

        private Writer() {
            super(ModelSource.class);
        }

        @Override
        public void serialize(ModelSource source, JsonGenerator json, SerializationContext context) {
            json.writePOJO(
                    switch (source) {
                        case ModelSource.PackageFolder stored ->
                            stored.isFetched()
                                    ? Map.of(
                                            BUCKET,
                                            stored.folder().bucket(),
                                            KEY,
                                            stored.folder().key(),
                                            FETCHED,
                                            true)
                                    : stored.folder();
                        case ModelSource.ContainerImage image ->
                            Map.of(
                                    KIND,
                                    IMAGE,
                                    NAME,
                                    image.reference(),
                                    COMMAND,
                                    image.command(),
                                    COPIED,
                                    image.isCopied());
                        case ModelSource.Template used ->
                            Map.of(
                                    KIND,
                                    TEMPLATE,
                                    NAME,
                                    used.template().id(),
                                    MODE,
                                    used.mode().id(),
                                    BUCKET,
                                    used.folder().bucket(),
                                    KEY,
                                    used.folder().key());
                    });
        }
    }

    private static final class Reader extends StdDeserializer<ModelSource> {

        private Reader() {
            super(ModelSource.class);
        }

        @Override
        public ModelSource deserialize(JsonParser parser, DeserializationContext context) {
            JsonNode node = context.readTree(parser);
            String name = node.path(NAME).asString("");
            String kind = node.path(KIND).asString("");
            return switch (kind) {
                case "" ->
                    new ModelSource.PackageFolder(
                            folder(node), node.path(FETCHED).asBoolean(false));
                case IMAGE ->
                    new ModelSource.ContainerImage(
                            name,
                            node.path(COMMAND)
                                    .valueStream()
                                    .map(JsonNode::asString)
                                    .toList(),
                            node.path(COPIED).asBoolean(true));
                case TEMPLATE ->
                    new ModelSource.Template(
                            ModelTemplate.ofId(name).orElseThrow(),
                            InferenceMode.ofId(node.path(MODE).asString()).orElseThrow(),
                            folder(node));
                default ->
                    throw new IllegalArgumentException(
                            "model source of kind '%s': expected one of %s, %s, or a bucket and a key"
                                    .formatted(kind, IMAGE, TEMPLATE));
            };
        }

        private static ObjectUri folder(JsonNode node) {
            return new ObjectUri(node.path(BUCKET).asString(), node.path(KEY).asString());
        }
    }
}
