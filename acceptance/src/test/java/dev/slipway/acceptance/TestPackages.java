package dev.slipway.acceptance;

import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import java.nio.charset.StandardCharsets;

/** Model packages that tests write into object storage. */
final class TestPackages {

    /** One field {@code id} in, the same out; each request takes so long and leaves a line in the instance's log. */
    private static final String SLOW_ECHO = """
            import time
            from model_service.model_service import SingleNodeService

            VERSION = "%s"
            SECONDS = %s

            class Echo(SingleNodeService):
                def __init__(self, model_name, model_path):
                    super().__init__(model_name, model_path)

                def _inference(self, data):
                    time.sleep(SECONDS)
                    print("record", data["id"], flush=True)
                    return {"id": data["id"], "version": VERSION}
            """;

    static final String ECHO_CONFIG = """
            {
              "model_algorithm": "echo",
              "model_type": "Custom",
              "apis": [{
                "url": "/", "method": "post",
                "request": {"Content-type": "application/json",
                            "data": {"type": "object", "properties": {"id": {"type": "string"}}}},
                "response": {"Content-type": "application/json", "data": {"type": "object", "properties": {}}}
              }]
            }
            """;

    /** The mapping of column 0 to the field {@code id}. */
    static final String ECHO_RULE = "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"index\":0}}}";

    private TestPackages() {}

    /** A package whose model answers with its input and {@code version} after {@code millis}. */
    static ObjectUri slowEcho(ObjectStore objects, ObjectUri folder, String version, int millis) {
        String code = SLOW_ECHO.formatted(version, millis / 1000.0);
        return write(objects, folder, ECHO_CONFIG, code);
    }

    /** A package whose model answers with its input, at once and without a line in the log. */
    static ObjectUri echoWithoutLog(ObjectStore objects, ObjectUri folder) {
        return write(objects, folder, ECHO_CONFIG, """
                from model_service.model_service import SingleNodeService

                class Echo(SingleNodeService):
                    def _inference(self, data):
                        return {"id": data["id"]}
                """);
    }

    /** A package with these two files; null leaves one out. */
    static ObjectUri write(
            ObjectStore objects,
            ObjectUri folder,
            @org.jspecify.annotations.Nullable String config,
            @org.jspecify.annotations.Nullable String code) {
        if (config != null) {
            put(objects, folder.resolve("model/config.json"), config);
        }
        if (code != null) {
            put(objects, folder.resolve("model/customize_service.py"), code);
        }
        put(objects, folder.resolve("model/weights.json"), "{}");
        return folder;
    }

    static void put(ObjectStore objects, ObjectUri uri, String text) {
        objects.put(uri, text.getBytes(StandardCharsets.UTF_8));
    }
}
