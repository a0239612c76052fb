package dev.slipway.api.operation;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The description of the API, without authentication, because it contains nothing of this installation. */
@RestController
public final class OpenApiController {

    private final RequestMappingHandlerMapping routes;
    private volatile @Nullable JsonNode document;

    /** @param routes read at the first call, when they are complete */
    public OpenApiController(RequestMappingHandlerMapping routes) {
        this.routes = routes;
    }

    @GetMapping("/openapi.json")
    JsonNode show() {
        JsonNode made = document;
        if (made == null) {
            made = new OpenApiDocument(routes).toJson();
            document = made;
        }
        return made;
    }
}
