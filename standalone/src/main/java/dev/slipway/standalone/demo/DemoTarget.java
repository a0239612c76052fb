package dev.slipway.standalone.demo;

import dev.slipway.client.Login;
import java.net.URI;
import java.nio.file.Path;

/**
 * The installation that the demo runs against.
 *
 * @param api scheme, host and port of the API
 * @param temporalUi address of the Temporal UI with the namespace's workflows
 * @param samples folder with the sample packages
 * @param log the installation's log file, for messages of failures
 */
public record DemoTarget(URI api, Login login, Bucket bucket, String temporalUi, Path samples, Path data, Path log) {

    /** Where objects are. The secret key is not shown. */
    public record Bucket(String endpoint, String region, String accessKey, String secretKey, String name) {
        @Override
        public String toString() {
            return "Bucket[endpoint=%s, name=%s]".formatted(endpoint, name);
        }
    }
}
