package dev.slipway.api.settings;

import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.access.TokenKey;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.workflows.connection.TemporalProperties;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the API.
 *
 * @param host address to listen on; {@code port} 0 for any free one
 * @param data the data folder, where it reads the logs of instances that run on this machine; need not exist
 * @param tokenKey the same for all gateways
 * @param publicUrl scheme, host and port under which clients reach this API, for the catalogue; null for the address that it listens on
 * @param gatewayUrl scheme, host and port under which clients reach predictions: {@code access_address} begins with it
 * @param objectHost so that {@code https://bucket.<objectHost>/key} is an object
 * @param region name of the region in the catalogue
 * @param grants of objects to projects
 */
public record ApiProperties(
        String host,
        int port,
        DatabaseProperties database,
        TemporalProperties temporal,
        Objects objects,
        Path data,
        TokenKey tokenKey,
        @Nullable String publicUrl,
        String gatewayUrl,
        String objectHost,
        String region,
        Pools pools,
        List<AccountProperties> accounts,
        List<ObjectGrant> grants) {

    public ApiProperties {
        accounts = List.copyOf(accounts);
        grants = List.copyOf(grants);
    }

    /** Where object storage is. The secret key is never printed. */
    public record Objects(String endpoint, String region, String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Objects[endpoint=%s, region=%s, accessKey=%s]".formatted(endpoint, region, accessKey);
        }
    }

    /** An account with its projects and users. */
    public record AccountProperties(String name, List<String> projects, List<UserProperties> users) {
        public AccountProperties {
            projects = List.copyOf(projects);
            users = List.copyOf(users);
        }
    }

    /** A user. The password is never printed. */
    public record UserProperties(String name, String password) {
        @Override
        public String toString() {
            return "UserProperties[name=%s]".formatted(name);
        }
    }

    /** Neither key nor passwords are shown. */
    @Override
    public String toString() {
        return "ApiProperties[host=%s, port=%d, database=%s, gatewayUrl=%s]"
                .formatted(host, port, database, gatewayUrl);
    }
}
