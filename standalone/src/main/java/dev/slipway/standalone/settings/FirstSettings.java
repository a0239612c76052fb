package dev.slipway.standalone.settings;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The slipway.yml that the first start writes. */
public final class FirstSettings {

    /** The account, user and project that the first start creates, and the secret with the user's password. */
    public static final String ACCOUNT = "slipway";

    public static final String USER = "admin";
    public static final String PROJECT = "local";
    public static final String PASSWORD_SECRET = "admin-password";

    private static final String POOL = "default";
    private static final String FLAVOR = "modelarts.vm.cpu.2u";
    private static final int CPUS = 2;
    private static final int MEMORY_MEGABYTES = 8192;
    private static final int SLOTS = 8;

    private FirstSettings() {}

    /** The pools of settings that name none. */
    static Pools pools() {
        Flavor flavor = new Flavor(FLAVOR, CPUS, MEMORY_MEGABYTES, "CPU", Map.of());
        return new Pools(List.of(new Pool(POOL, List.of(new Pool.PoolFlavor(flavor, SLOTS)))));
    }

    /** The accounts of settings that name none. */
    static List<Settings.Account> accounts() {
        Settings.User user = new Settings.User(USER, null, PASSWORD_SECRET);
        return List.of(new Settings.Account(ACCOUNT, List.of(PROJECT), List.of(user), List.of()));
    }

    /**
     * The text of {@link #text()} with the interpreter of each engine.
     *
     * @param python absolute path of the one that was found; null leaves it to the data folder
     */
    public static String text(@Nullable String python) {
        if (python == null) {
            return text();
        }
        StringBuilder text = new StringBuilder(text());
        text.append(
                "\n# With which Python models run; './slipway doctor' shows it. A virtual environment may be named. What an engine needs is installed beside it,\n# or, with 'policy: prefer-installed', only what that Python does not have.\nengines:\n");
        Engines.names().forEach(engine -> text.append("  %s: {python: %s}\n".formatted(engine, python)));
        return text.toString();
    }

    /** Without what depends on the machine. */
    public static String text() {
        return """
                # Settings of this Slipway installation. A key that is not known stops the start with its line.
                # What is left out is as here, or comes from this data folder: ports are kept in 'ports', passwords and keys in 'secrets/'.

                # Node pools: for each flavor so many slots (counted slots, not cores). The first pool is the default.
                pools:
                  - name: default
                    flavors:
                      - name: modelarts.vm.cpu.2u
                        cpu: 2
                        memory-mb: 8192
                        slots: 8
                        # resources: {nvidia.com/gpu: 1}   # for clusters that offer it; the instances of this machine do not

                    # network: host    # its models have the network of this machine; without it they have none

                # Models are code of other people: each instance runs in a sandbox, by bubblewrap where it is installed.
                require-sandbox: false  # true: where no sandbox works nothing is run; else models run without one, with a warning
                models:
                  sandbox: auto         # or bubblewrap, namespaces, none
                  user: nobody          # as whom models run when Slipway is started by root
                  processes: 256        # of an instance at once
                  disk-mb: 2048         # what an instance may write beside its model
                  files: 100000         # how many files and folders it may make there

                # What models need is installed by pip once, for all that need the same: wheels only, and nothing of a package runs while it is installed.
                # build:
                #   index: https://pypi.org/simple   # the package index; none: only wheels that lie in the packages
                #   extra-indexes: []                # asked beside it
                #   limit: 30m                       # how long a build may take, at most 55m
                #   source-packages: false           # true: packages without a wheel are built in a sandbox without network; else they are refused
                #   memory-mb: 4096                  # of such a build
                #   cache-mb: 4096                   # what is kept of downloads, for the next build

                # Each model is started once before it is published. Without a place of its own this has a small pool of Slipway's.
                # trial:
                #   limit: 10m          # how long a model may take to be ready, at most 50m; torch needs 30 to 130 s on a busy machine
                #   at-once: 2          # how many start at once in that small pool; in a pool below, as many as it has free slots
                #   pool: default
                #   specification: modelarts.vm.cpu.2u

                # Accounts (domains) with their projects and users. Nothing of one project is visible to another.
                # A project may have buckets or prefixes of its own, which no other project may import, read or write:
                # {name: one, objects: [bucket/prefix]}. Without such a rule it may use all that no other has.
                # A user has either 'password', or 'password-secret': the name of a file below secrets/, made if it is missing.
                accounts:
                  - name: %s
                    projects: [%s]
                    users:
                      - name: %s
                        password-secret: %s

                rollout:
                  bake: 5s              # how long new instances must stay healthy before old ones leave

                batch:
                  memory-mb: 64         # what all batch jobs of a worker process hold of files, rows and results at once
                  longest-outage: 24h   # how long a job waits for object storage that does not answer before it fails

                retention:
                  service-events: 30d   # and what belongs to a deleted service
                  model-events: 90d
                  batch: 30d            # plan, parts and commits of a batch task after its end
                  counts: 30d           # requests by minute
                  requests: 30d         # what request workflows asked for
                  instances: 7d         # logs of instances that have ended, also bounded by size

                # Everything embedded can be moved to another port, or replaced by a server of yours:
                #
                # api:
                #   host: 127.0.0.1
                #   port: 7300
                #   public-url: http://slipway.example.com:7300
                #   object-host: obs.slipway.internal    # https://<bucket>.<object-host>/<key> is an object; never resolved
                #   region: local
                # gateway:
                #   host: 127.0.0.1
                #   port: 7301
                #   public-url: http://slipway.example.com:7301
                # objects:
                #   port: 7302                           # of the embedded one
                #   endpoint: http://127.0.0.1:9000      # or yours
                #   region: us-east-1
                #   access-key: ...
                #   secret-key: ...
                #   bucket: slipway
                # database:
                #   port: 7303
                #   url: jdbc:postgresql://127.0.0.1:5432/slipway
                #   user: slipway
                #   password: ...
                #   gateway-user: slipway_gateway
                #   gateway-password: ...
                # temporal:
                #   port: 7304
                #   ui-port: 7305
                #   address: 127.0.0.1:7233
                #   namespace: slipway
                #   ui: http://127.0.0.1:8233
                #   embedded-ui: false                   # without the UI of the embedded one, by which anyone on this machine may do all
                #   tls:                                 # of yours; files are PEM, the key PKCS #8 without a password
                #     ca: /etc/slipway/temporal-ca.pem
                #     certificate: /etc/slipway/temporal.pem
                #     key: /etc/slipway/temporal.key
                #     server-name: temporal.example.com
                #     api-key: ...
                """.formatted(ACCOUNT, PROJECT, USER, PASSWORD_SECRET);
    }
}
