package dev.slipway.workflows.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.workflows.connection.Payloads;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.RawValue;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The name in a request that nobody has read yet, so that the list in Temporal can be read also where the request is refused. */
final class RequestName {

    private static final int LONGEST = 200;

    private RequestName() {}

    /** Name of the service, or name and version of the model; empty if the input has no text there. Workflow code only. */
    static Optional<String> in(RawValue input) {
        JsonNode request;
        try {
            request = Payloads.converter().fromPayload(input.getPayload(), JsonNode.class, JsonNode.class);
        } catch (DataConverterException notJson) {
            return Optional.empty();
        }
        if (request == null) {
            return Optional.empty();
        }
        String name = Stream.of("service_name", "model_name", "model_version")
                .map(request::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .collect(Collectors.joining(" "))
                .strip();
        return name.isEmpty() ? Optional.empty() : Optional.of(name.substring(0, Math.min(LONGEST, name.length())));
    }
}
