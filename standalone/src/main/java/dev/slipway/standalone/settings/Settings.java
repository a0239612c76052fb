package dev.slipway.standalone.settings;

import dev.slipway.adapters.local.PipSettings;
import dev.slipway.adapters.local.SandboxKind;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.workflows.connection.TemporalTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of slipway.yml. Null means that the data folder decides: its ports, its secrets, its embedded servers.
 *
 * @param pools at least one
 * @param bake how long new instances of a rollout must stay healthy before old ones end
 */
public record Settings(
        Api api,
        Gateway gateway,
        Database database,
        Temporal temporal,
        Objects objects,
        Pools pools,
        Models models,
        Images images,
        List<Account> accounts,
        Duration bake,
        Batch batch,
        RetentionPeriods retention) {

    public Settings {
        accounts = List.copyOf(accounts);
    }

    /** All grants of objects to projects. */
    public List<ObjectGrant> grants() {
        return accounts.stream().flatMap(account -> account.grants().stream()).toList();
    }

    /**
     * The control plane.
     *
     * @param publicUrl under which clients reach it, if not at host and port
     * @param objectHost so that {@code https://bucket.<objectHost>/key} is an object
     */
    public record Api(
            String host, @Nullable Integer port, @Nullable String publicUrl, String objectHost, String region) {}

    /** The data path; {@code publicUrl} is the prefix of every access address, instead of host and port. */
    public record Gateway(
            String host, @Nullable Integer port, @Nullable String publicUrl) {}

    /** With {@code url} it is the user's database, without it is embedded. */
    public record Database(
            @Nullable String url,
            @Nullable Integer port,
            @Nullable String user,
            @Nullable String password,
            @Nullable String gatewayUser,
            @Nullable String gatewayPassword) {

        /** Passwords are not shown. */
        @Override
        public String toString() {
            return "Database[url=%s, port=%s, user=%s, gatewayUser=%s]".formatted(url, port, user, gatewayUser);
        }
    }

    /**
     * With {@code address} it is the user's Temporal, without it is embedded.
     *
     * @param ui address of the UI, if it is not the embedded one
     * @param hasEmbeddedUi whether the embedded server has its UI
     * @param tls how the connection to the user's is secured; null for one in the clear
     */
    public record Temporal(
            @Nullable String address,
            @Nullable Integer port,
            @Nullable Integer uiPort,
            String namespace,
            @Nullable String ui,
            boolean hasEmbeddedUi,
            @Nullable TemporalTls tls) {}

    /** With {@code endpoint} it is the user's object storage, without it is embedded. */
    public record Objects(
            @Nullable String endpoint,
            @Nullable Integer port,
            String region,
            @Nullable String accessKey,
            @Nullable String secretKey,
            String bucket) {

        /** Keys are not shown. */
        @Override
        public String toString() {
            return "Objects[endpoint=%s, port=%s, region=%s, bucket=%s]".formatted(endpoint, port, region, bucket);
        }
    }

    /**
     * An account with its projects and users.
     *
     * @param grants of objects to those of its projects that have a rule
     */
    public record Account(String name, List<String> projects, List<User> users, List<ObjectGrant> grants) {
        public Account {
            grants = List.copyOf(grants);
            projects = List.copyOf(projects);
            users = List.copyOf(users);
        }
    }

    /**
     * A user.
     *
     * @param password null if {@code passwordSecret} names a file of the data folder's secrets
     */
    public record User(
            String name,
            @Nullable String password,
            @Nullable String passwordSecret) {

        /** The password is not shown. */
        @Override
        public String toString() {
            return "User[name=%s]".formatted(name);
        }
    }

    /**
     * Of the processes that run models on this machine.
     *
     * @param sandboxRequired whether nothing is run where no sandbox works
     * @param user as whom they run when Slipway is started by root
     * @param processes how many an instance may have at once
     * @param diskMegabytes of 1,048,576 bytes: how much an instance may write beside its model
     * @param files how many files and folders it may make there
     * @param pythons interpreters by the name of the engine; an engine that is not there has that of the data folder
     * @param poolsWithNetwork whose instances have the network of this machine
     * @param pip how the packages of models are installed
     */
    public record Models(
            SandboxKind sandbox,
            boolean sandboxRequired,
            String user,
            int processes,
            int diskMegabytes,
            int files,
            Map<String, String> pythons,
            Set<String> poolsWithNetwork,
            PipSettings pip) {}

    /**
     * Of container images.
     *
     * @param registries the only ones that are asked
     * @param push where built images are sent; null if they are only kept in the data folder
     * @param pulledGigabytes of 1,073,741,824 bytes: how much the layers of an image may have as they are pulled
     * @param unpackedGigabytes of the same: how much its files may have
     * @param files how many files it may have
     */
    public record Images(
            List<Registry> registries, @Nullable Push push, int pulledGigabytes, int unpackedGigabytes, int files) {
        public Images {
            registries = List.copyOf(registries);
        }
    }

    /**
     * Where built images are sent.
     *
     * @param registry the host of one of the registries
     */
    public record Push(String registry, String repository) {}

    /**
     * A registry.
     *
     * @param passwordFile the password stands there; null exactly if {@code user} is
     * @param isInsecure whether it is asked without TLS
     * @param authority PEM file of the authority of its certificate; null for those that Java knows
     */
    public record Registry(
            String host,
            @Nullable String user,
            @Nullable Path passwordFile,
            boolean isInsecure,
            @Nullable Path authority) {}

    /**
     * Of batch jobs.
     *
     * @param memoryMegabytes of 1,048,576 bytes: what all jobs of a worker process hold of files, rows and results at once
     * @param longestOutage how long a job waits for object storage that does not answer before it fails
     */
    public record Batch(int memoryMegabytes, Duration longestOutage) {}
}
