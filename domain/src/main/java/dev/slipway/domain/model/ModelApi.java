package dev.slipway.domain.model;

import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code apis} in a config.json.
 *
 * @param url begins with a slash
 * @param method in upper case
 * @param requestContentType null if the file has none
 * @param requestSchema the JSON schema of the request as JSON text, null if the file has none
 * @param responseSchema the same of the response
 * @param takesFile whether a property of the request has {@code "type":"file"}
 */
public record ModelApi(
        String url,
        String method,
        @Nullable String protocol,
        @Nullable String requestContentType,
        @Nullable String requestSchema,
        @Nullable String responseContentType,
        @Nullable String responseSchema,
        boolean takesFile) {}
