package dev.slipway.domain.service;

import dev.slipway.domain.storage.ObjectUri;
import org.jspecify.annotations.Nullable;

/**
 * The batch part of an entry (wire contract 3.1).
 *
 * @param fromManifest whether {@code source} is a manifest, by its suffix or by src_type
 * @param requestUri one of the model's api urls
 * @param mapping FILE or CSV
 * @param mappingRule JSON text as sent; null with FILE
 * @param limits null for none
 */
public record BatchEntry(
        ObjectUri source,
        boolean fromManifest,
        ObjectUri destination,
        String requestUri,
        Mapping mapping,
        @Nullable String mappingRule,
        @Nullable JobLimits limits) {

    /** Without limits. */
    public BatchEntry(
            ObjectUri source,
            boolean fromManifest,
            ObjectUri destination,
            String requestUri,
            Mapping mapping,
            @Nullable String mappingRule) {
        this(source, fromManifest, destination, requestUri, mapping, mappingRule, null);
    }

    /** One request per file, or one per row. */
    public enum Mapping {
        FILE,
        CSV
    }
}
