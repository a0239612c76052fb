package dev.slipway.api.body;

import dev.slipway.formats.access.TokenShapes;
import dev.slipway.formats.field.Shape;
import dev.slipway.formats.model.ModelShapes;
import dev.slipway.formats.service.ServiceShapes;
import java.util.List;

/** The bodies that calls take. */
public enum Sent {
    TOKEN,
    MODEL,
    MODEL_CHANGE,
    SERVICE,
    SERVICE_CHANGE;

    /** A body has one of them. */
    public List<Shape> shapes() {
        return switch (this) {
            case TOKEN -> List.of(TokenShapes.REQUEST);
            case MODEL ->
                List.of(ModelShapes.CREATION, ModelShapes.OF_A_TEMPLATE, ModelShapes.OF_AN_IMAGE, ModelShapes.COPY);
            case MODEL_CHANGE -> List.of(ModelShapes.UPDATE);
            case SERVICE -> ServiceShapes.CREATIONS;
            case SERVICE_CHANGE -> List.of(ServiceShapes.UPDATE);
        };
    }
}
