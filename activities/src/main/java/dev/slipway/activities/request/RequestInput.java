package dev.slipway.activities.request;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.request.RequestReader;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** The input of a workflow as bytes of JSON, without a conversion. */
final class RequestInput {

    private static final String ENCODING = "encoding";
    private static final String JSON = "json/plain";

    private RequestInput() {}

    /** The project that it names, also where it cannot be accepted; null if there is no such text. */
    static @Nullable String projectIn(RawValue input) {
        try {
            return RequestReader.projectIn(json(input));
        } catch (Invalid unreadable) {
            return null;
        }
    }

    /** @throws Invalid PARAMETER if it is not JSON */
    static byte[] json(RawValue input) {
        Payload payload = input.getPayload();
        String encoding = payload.getMetadataMap().containsKey(ENCODING)
                ? payload.getMetadataOrThrow(ENCODING).toStringUtf8()
                : "none";
        if (!encoding.equals(JSON)) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "request body: expected a JSON object with the encoding '%s', found the encoding '%s'"
                            .formatted(JSON, encoding));
        }
        return payload.getData().toByteArray();
    }
}
