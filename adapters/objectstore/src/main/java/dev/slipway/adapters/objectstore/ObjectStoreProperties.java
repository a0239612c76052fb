package dev.slipway.adapters.objectstore;

/**
 * Where object storage is. The secret key is never printed.
 *
 * @param endpoint for example {@code http://127.0.0.1:9000}; buckets are addressed by path
 */
public record ObjectStoreProperties(String endpoint, String region, String accessKey, String secretKey) {

    public ObjectStoreProperties {
        if (!endpoint.startsWith("http://") && !endpoint.startsWith("https://")) {
            throw new IllegalArgumentException(
                    "object store endpoint '%s': expected http://host:port or https://host:port".formatted(endpoint));
        }
    }

    @Override
    public String toString() {
        return "ObjectStoreProperties[endpoint=%s, region=%s, accessKey=%s]".formatted(endpoint, region, accessKey);
    }
}
