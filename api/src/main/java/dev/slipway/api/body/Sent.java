package dev.slipway.api.body;

import dev.slipway.formats.access.TokenShapes;
import dev.slipway.formats.field.Shape;
import dev.slipway.formats.model.ModelShapes;
import dev.slipway.formats.service.ServiceShapes;
import java.util.List;

/** The bodies that calls take. */
public enum Sent {
    TOKEN(List.of(TokenShapes.REQUEST)),
    MODEL(List.of(ModelShapes.CREATION)),
    SERVICE(ServiceShapes.CREATIONS),
    SERVICE_CHANGE(List.of(ServiceShapes.UPDATE));

    private final List<Shape> shapes;

    Sent(List<Shape> shapes) {
        this.shapes = shapes;
    }

    /** A body has one of them. */
    public List<Shape> shapes() {
        return shapes;
    }
}
