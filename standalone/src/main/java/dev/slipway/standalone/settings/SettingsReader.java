package dev.slipway.standalone.settings;

import dev.slipway.adapters.images.PullSettings;
import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.PipSettings;
import dev.slipway.adapters.local.SandboxKind;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.ImportPool;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.pool.Quantity;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.standalone.settings.Settings.Account;
import dev.slipway.standalone.settings.Settings.User;
import dev.slipway.workflows.connection.TemporalTls;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads slipway.yml. Unknown keys, wrong types and missing parts are refused with file, line and key. */
public final class SettingsReader {

    private static final Duration BAKE = Duration.ofSeconds(5);
    private static final int BATCH_MEGABYTES = 64;
    private static final Duration LONGEST_OUTAGE = Duration.ofHours(24);
    private static final Duration LEAST_COUNTS = Duration.ofHours(1);
    private static final Duration LONGEST_BUILD = Duration.ofMinutes(55);
    private static final String REPOSITORY = "[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*";
    private static final String USUAL_REPOSITORY = "slipway/models";
    private static final String PREFER_INSTALLED = "prefer-installed";
    /** Without blanks, which separate addresses for pip. */
    private static final String INDEX = "(https?|file)://\\S+";

    private SettingsReader() {}

    /**
     * The content of a settings file.
     *
     * @throws SettingsProblem if it cannot be read
     */
    public static String textOf(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // The read of a pipe would never end.
            throw new SettingsProblem("settings file '%s': expected a file, found %s"
                    .formatted(file, Files.isDirectory(file) ? "a folder" : "a pipe or a device"));
        }
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SettingsProblem(
                    "settings file '%s' does not exist: name one that does, or leave --config out to use that of the data folder"
                            .formatted(file),
                    e);
        } catch (CharacterCodingException e) {
            throw new SettingsProblem("settings file '%s': expected UTF-8 text".formatted(file), e);
        } catch (AccessDeniedException e) {
            throw new SettingsProblem("settings file '%s': this user may not read it".formatted(file), e);
        } catch (IOException e) {
            throw new SettingsProblem("settings file '%s' cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Reads the text; what it leaves out has its default, so that an empty one is complete.
     *
     * @param file its name, for messages
     * @throws SettingsProblem if the text cannot be used
     */
    public static Settings read(String file, String text) {
        YamlObject root = YamlObject.of(file, "", compose(file, text));
        YamlObject rollout = root.object("rollout");
        YamlObject batch = root.object("batch");
        Set<String> poolsWithNetwork = new HashSet<>();
        Settings settings = new Settings(
                api(root.object("api")),
                gateway(root.object("gateway")),
                database(root.object("database")),
                temporal(root.object("temporal")),
                objects(root.object("objects")),
                withTrial(
                        root.object("trial"),
                        root.has("pools")
                                ? pools(file, root.objects("pools"), poolsWithNetwork)
                                : FirstSettings.pools()),
                models(root, poolsWithNetwork),
                images(root.object("images")),
                root.has("accounts") ? accounts(file, root.objects("accounts")) : FirstSettings.accounts(),
                rollout.duration("bake", BAKE),
                new Settings.Batch(
                        batch.positive("memory-mb", BATCH_MEGABYTES), batch.duration("longest-outage", LONGEST_OUTAGE)),
                retention(root.object("retention")));
        rollout.end();
        batch.end();
        root.end();
        return settings;
    }

    private static @Nullable Node compose(String file, String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new SettingsProblem("%s line %d: no YAML: %s".formatted(file, line, e.getProblem()), e);
        } catch (YAMLException e) {
            throw new SettingsProblem(
                    "%s: no YAML: %s"
                            .formatted(
                                    file,
                                    String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")),
                    e);
        }
    }

    private static RetentionPeriods retention(YamlObject yaml) {
        RetentionPeriods usual = RetentionPeriods.DEFAULT;
        RetentionPeriods periods = new RetentionPeriods(
                yaml.duration("service-events", usual.serviceEvents()),
                yaml.duration("model-events", usual.modelEvents()),
                yaml.duration("batch", usual.batch()),
                // A gateway that was disconnected reports minutes again; removed ones would count twice.
                yaml.duration("counts", usual.counts(), LEAST_COUNTS),
                yaml.duration("requests", usual.requests()),
                yaml.duration("instances", usual.instances()));
        yaml.end();
        return periods;
    }

    private static Settings.Api api(YamlObject yaml) {
        Settings.Api api = new Settings.Api(
                yaml.text("host", "127.0.0.1"),
                yaml.port("port"),
                yaml.webAddress("public-url"),
                yaml.text("object-host", "obs.slipway.internal"),
                yaml.text("region", "local"));
        yaml.end();
        return api;
    }

    private static Settings.Gateway gateway(YamlObject yaml) {
        Settings.Gateway gateway =
                new Settings.Gateway(yaml.text("host", "127.0.0.1"), yaml.port("port"), yaml.webAddress("public-url"));
        yaml.end();
        return gateway;
    }

    private static Settings.Database database(YamlObject yaml) {
        Settings.Database database = new Settings.Database(
                yaml.databaseAddress("url"),
                yaml.port("port"),
                yaml.text("user"),
                yaml.text("password"),
                yaml.text("gateway-user"),
                yaml.text("gateway-password"));
        yaml.end();
        return database;
    }

    private static Settings.Temporal temporal(YamlObject yaml) {
        Settings.Temporal temporal = new Settings.Temporal(
                yaml.hostAndPort("address"),
                yaml.port("port"),
                yaml.port("ui-port"),
                yaml.text("namespace", "slipway"),
                yaml.webAddress("ui"),
                yaml.choice("embedded-ui", List.of("true", "false")).equals("true"),
                tls(yaml.has("tls"), yaml.object("tls")));
        if (temporal.tls() != null && temporal.address() == null) {
            throw yaml.refused("address", "the host and port of the server that 'tls' is for");
        }
        yaml.end();
        return temporal;
    }

    private static @Nullable TemporalTls tls(boolean isUsed, YamlObject yaml) {
        String ca = yaml.text("ca");
        String certificate = yaml.text("certificate");
        String key = yaml.text("key");
        String serverName = yaml.text("server-name");
        String apiKey = yaml.text("api-key");
        yaml.end();
        if ((certificate == null) != (key == null)) {
            throw yaml.refused(
                    certificate == null ? "certificate" : "key", "a file, because the other of the two is there");
        }
        return isUsed ? new TemporalTls(path(ca), path(certificate), path(key), serverName, apiKey) : null;
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    private static Settings.Objects objects(YamlObject yaml) {
        Settings.Objects objects = new Settings.Objects(
                yaml.webAddress("endpoint"),
                yaml.port("port"),
                yaml.text("region", "us-east-1"),
                yaml.text("access-key"),
                yaml.text("secret-key"),
                yaml.text("bucket", "slipway"));
        yaml.end();
        return objects;
    }

    private static Settings.Images images(YamlObject yaml) {
        List<Settings.Registry> registries = new ArrayList<>();
        Set<String> hosts = new HashSet<>();
        for (YamlObject registry : yaml.objects("registries")) {
            String host = registry.required("host");
            if (!host.matches("[A-Za-z0-9.-]+(:[0-9]{1,5})?|\\[[0-9a-fA-F:]+](:[0-9]{1,5})?") || !hosts.add(host)) {
                throw registry.refused(
                        "host",
                        "the host of a registry as references name it, with its port, and once only; for example registry.example.com:5000");
            }
            String user = registry.text("user");
            Path passwordFile = path(registry.text("password-file"));
            boolean isInsecure =
                    registry.choice("insecure", List.of("false", "true")).equals("true");
            Path authority = path(registry.text("ca"));
            if ((user == null) != (passwordFile == null)) {
                throw registry.refused(
                        user == null ? "user" : "password-file",
                        "a value, because the other of 'user' and 'password-file' is there");
            }
            if (isInsecure && authority != null) {
                throw registry.refused("ca", "no file, because 'insecure' is true");
            }
            registry.end();
            registries.add(new Settings.Registry(host, user, passwordFile, isInsecure, authority));
        }
        PullSettings.Limits usual = PullSettings.Limits.USUAL;
        Settings.Images images = new Settings.Images(
                registries,
                push(yaml.object("push"), hosts),
                yaml.positive("pulled-gb", (int) (usual.pulledBytes() >> 30)),
                yaml.positive("unpacked-gb", (int) (usual.unpackedBytes() >> 30)),
                yaml.positive("files", usual.files()));
        yaml.end();
        return images;
    }

    private static Settings.@Nullable Push push(YamlObject yaml, Set<String> hosts) {
        String registry = yaml.text("registry");
        String repository = yaml.text("repository");
        if (registry == null && repository != null) {
            throw yaml.refused("registry", "the host of the registry that images are pushed to");
        }
        if (registry != null && !hosts.contains(registry)) {
            throw yaml.refused("registry", "the host of one of 'images.registries'");
        }
        if (repository != null && !repository.matches(REPOSITORY)) {
            throw yaml.refused(
                    "repository",
                    "names of small letters and digits between slashes, with '.', '_' or '-' within; for example slipway/models");
        }
        yaml.end();
        return registry == null
                ? null
                : new Settings.Push(registry, repository == null ? USUAL_REPOSITORY : repository);
    }

    private static Settings.Models models(YamlObject root, Set<String> poolsWithNetwork) {
        boolean sandboxRequired =
                root.choice("require-sandbox", List.of("false", "true")).equals("true");
        YamlObject yaml = root.object("models");
        LocalSettings usual = LocalSettings.usual("python3");
        SandboxKind sandbox = SandboxKind.of(yaml.choice(
                "sandbox",
                Stream.of(SandboxKind.values()).map(SandboxKind::text).toList()));
        if (sandboxRequired && sandbox == SandboxKind.NONE) {
            throw yaml.refused("sandbox", "a sandbox, because 'require-sandbox' is true");
        }
        Set<String> preferInstalled = new LinkedHashSet<>();
        Map<String, String> pythons = pythons(root.object("engines"), preferInstalled);
        Settings.Models models = new Settings.Models(
                sandbox,
                sandboxRequired,
                yaml.text("user", usual.user()),
                yaml.positive("processes", usual.processes()),
                yaml.positive("disk-mb", (int) (usual.diskBytes() >> 20)),
                yaml.positive("files", usual.files()),
                pythons,
                poolsWithNetwork,
                pip(root.object("build"), preferInstalled));
        yaml.end();
        return models;
    }

    private static PipSettings pip(YamlObject yaml, Set<String> preferInstalled) {
        PipSettings usual = PipSettings.USUAL;
        String index = yaml.text("index", usual.index());
        if (!index.equals(PipSettings.NO_INDEX) && !index.matches(INDEX)) {
            throw yaml.refused("index", "the address of a package index, for example https://pypi.org/simple, or none");
        }
        List<String> extra = yaml.texts("extra-indexes");
        if (extra.stream().anyMatch(each -> !each.matches(INDEX))) {
            throw yaml.refused("extra-indexes", "addresses of package indexes, for example https://pypi.org/simple");
        }
        if (index.equals(PipSettings.NO_INDEX) && !extra.isEmpty()) {
            throw yaml.refused("extra-indexes", "nothing beside 'index: none': name the first of them as 'index'");
        }
        Duration limit = yaml.duration("limit", usual.limit());
        if (!limit.isPositive() || limit.compareTo(LONGEST_BUILD) > 0) {
            throw yaml.refused("limit", "at least 1s and at most %dm".formatted(LONGEST_BUILD.toMinutes()));
        }
        PipSettings.Sources sources = new PipSettings.Sources(
                yaml.choice("source-packages", List.of("false", "true")).equals("true"),
                yaml.positive("memory-mb", usual.sources().memoryMb()));
        long cacheBytes = (long) yaml.positive("cache-mb", (int) (usual.cacheBytes() >> 20)) << 20;
        yaml.end();
        return new PipSettings(index, extra, limit, preferInstalled, sources, cacheBytes);
    }

    /** @param preferInstalled gets the names of the engines with that policy */
    private static Map<String, String> pythons(YamlObject yaml, Set<String> preferInstalled) {
        Map<String, String> pythons = new LinkedHashMap<>();
        for (String engine : Engines.names()) {
            YamlObject settings = yaml.object(engine);
            String python = settings.text("python");
            if (python != null && !python.startsWith("/")) {
                throw settings.refused("python", "the absolute path of an interpreter, for example /usr/bin/python3");
            }
            if (python != null) {
                pythons.put(engine, python);
            }
            if (settings.choice("policy", List.of("strict", PREFER_INSTALLED)).equals(PREFER_INSTALLED)) {
                preferInstalled.add(engine);
            }
            settings.end();
        }
        yaml.end();
        return pythons;
    }

    /** @param withNetwork gets the names of those whose instances have the network of this machine */
    private static Pools pools(String file, List<YamlObject> list, Set<String> withNetwork) {
        List<Pool> pools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlObject yaml : list) {
            String name = uniqueName(yaml, names);
            if (ImportPool.isReserved(name)) {
                throw yaml.refused(
                        "name", "a name that does not begin with '~', which is kept for Slipway's own pools");
            }
            List<Pool.PoolFlavor> flavors = new ArrayList<>();
            Set<String> flavorNames = new HashSet<>();
            yaml.objects("flavors").forEach(flavor -> flavors.add(flavor(flavor, flavorNames)));
            if (yaml.choice("network", List.of("none", "host")).equals("host")) {
                withNetwork.add(name);
            }
            yaml.end();
            pools.add(new Pool(name, flavors));
        }
        if (pools.isEmpty()) {
            throw new SettingsProblem(
                    "%s: 'pools' is empty, expected at least one pool, or no 'pools' for the pool of the first start"
                            .formatted(file));
        }
        return new Pools(pools);
    }

    /** With place, number and limit of trial starts. */
    private static Pools withTrial(YamlObject yaml, Pools pools) {
        String pool = yaml.text("pool");
        String specification = yaml.text("specification");
        int atOnce = yaml.positive("at-once", Pools.TRIALS);
        Duration limit = yaml.duration("limit", Pools.TRIAL_LIMIT);
        if (!limit.isPositive() || limit.compareTo(Pools.LONGEST_TRIAL) > 0) {
            throw yaml.refused("limit", "at least 1s and at most %dm".formatted(Pools.LONGEST_TRIAL.toMinutes()));
        }
        yaml.end();
        try {
            return new Pools(
                    pools.pools(),
                    pool == null && specification == null ? null : pools.placeOfTrial(pool, specification),
                    atOnce,
                    limit);
        } catch (Invalid unknown) {
            throw unknown.code() == ErrorCode.POOL_UNKNOWN
                    ? yaml.refused("pool", "the name of a pool above")
                    : yaml.refused("specification", "the name of a flavor of that pool");
        }
    }

    private static Pool.PoolFlavor flavor(YamlObject yaml, Set<String> names) {
        Pool.PoolFlavor flavor = new Pool.PoolFlavor(
                new Flavor(
                        uniqueName(yaml, names),
                        yaml.positive("cpu", 1),
                        yaml.positive("memory-mb", 1024),
                        yaml.text("category", "CPU"),
                        resources(yaml.object("resources"))),
                yaml.positive("slots", 1));
        yaml.end();
        return flavor;
    }

    private static String uniqueName(YamlObject yaml, Set<String> names) {
        String name = yaml.required("name");
        if (!names.add(name)) {
            throw yaml.refused("name", "a name that is not used above");
        }
        return name;
    }

    private static Map<String, Quantity> resources(YamlObject yaml) {
        Map<String, Quantity> resources = new LinkedHashMap<>();
        for (String name : yaml.keys()) {
            if (!Flavor.isResourceName(name)) {
                throw yaml.refusedKey(name, "<domain>/<name>, for example nvidia.com/gpu");
            }
            resources.put(name, yaml.quantity(name));
        }
        return resources;
    }

    private static List<Account> accounts(String file, List<YamlObject> list) {
        List<Account> accounts = new ArrayList<>();
        for (YamlObject yaml : list) {
            String name = yaml.required("name");
            List<String> projects = new ArrayList<>();
            List<ObjectGrant> grants = new ArrayList<>();
            Set<String> projectNames = new HashSet<>();
            for (YamlObject project : yaml.objectsOrNames("projects")) {
                String projectName = uniqueName(project, projectNames);
                projects.add(projectName);
                List<ObjectUri> folders = objectsOf(project);
                project.end();
                if (!folders.isEmpty()) {
                    grants.add(new ObjectGrant(name, projectName, folders));
                }
            }
            List<User> users = new ArrayList<>();
            for (YamlObject user : yaml.objects("users")) {
                String userName = user.required("name");
                String password = user.text("password");
                String secret = user.text("password-secret");
                user.end();
                if ((password == null) == (secret == null)) {
                    throw new SettingsProblem(
                            "%s: user '%s' of account '%s': expected either 'password' or 'password-secret' (a file name below secrets/)"
                                    .formatted(file, userName, name));
                }
                users.add(new User(userName, password, secret));
            }
            yaml.end();
            if (projects.isEmpty() || users.isEmpty()) {
                throw new SettingsProblem(
                        "%s: account '%s': expected at least one project and one user".formatted(file, name));
            }
            accounts.add(new Account(name, projects, users, grants));
        }
        if (accounts.isEmpty()) {
            throw new SettingsProblem(
                    "%s: 'accounts' is empty, expected at least one account, or no 'accounts' for the account of the first start"
                            .formatted(file));
        }
        return accounts;
    }

    /** Empty if there is no such key: an empty list would give a project nothing, and is refused. */
    private static List<ObjectUri> objectsOf(YamlObject project) {
        List<String> texts = project.texts("objects");
        if (!project.keys().contains("objects")) {
            return List.of();
        }
        List<ObjectUri> folders = new ArrayList<>();
        for (String text : texts) {
            try {
                folders.add(ObjectGrant.folder(text));
            } catch (Invalid notAFolder) {
                throw project.refused("objects", "a list of <bucket> or <bucket>/<prefix>, found '%s'".formatted(text));
            }
        }
        if (folders.isEmpty()) {
            throw project.refused("objects", "at least one <bucket> or <bucket>/<prefix>");
        }
        return folders;
    }
}
