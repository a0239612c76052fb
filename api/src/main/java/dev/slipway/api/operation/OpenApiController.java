package dev.slipway.api.operation;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The description of the API, open to everybody: it says nothing of this installation. */
@RestController
class OpenApiController {

    private final ObjectProvider<RequestMappingHandlerMapping> routes;
    private volatile @Nullable JsonNode document;

    /** @param routes asked for at the first call: they are complete only then */
    OpenApiController(ObjectProvider<RequestMappingHandlerMapping> routes) {
        this.routes = routes;
    }

    @GetMapping("/openapi.json")
    JsonNode show() {
        JsonNode made = document;
        if (made == null) {
            made = new OpenApiDocument(routes.getObject()).toJson();
            document = made;
        }
        return made;
    }
}
