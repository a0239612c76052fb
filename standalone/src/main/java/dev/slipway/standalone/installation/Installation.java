package dev.slipway.standalone.installation;

import dev.slipway.adapters.images.PullSettings;
import dev.slipway.adapters.images.PushSettings;
import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.api.settings.ApiProperties.AccountProperties;
import dev.slipway.api.settings.ApiProperties.UserProperties;
import dev.slipway.client.Login;
import dev.slipway.domain.access.TokenKey;
import dev.slipway.gateway.GatewayProperties;
import dev.slipway.parts.Part;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.DurableFile;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.objectstore.ObjectStorePart;
import dev.slipway.parts.postgres.PostgresPart;
import dev.slipway.parts.process.Processes;
import dev.slipway.parts.temporal.TemporalPart;
import dev.slipway.standalone.settings.FirstSettings;
import dev.slipway.standalone.settings.Settings;
import dev.slipway.standalone.settings.SettingsProblem;
import dev.slipway.standalone.settings.SettingsReader;
import dev.slipway.worker.WorkerProperties;
import dev.slipway.workflows.connection.TemporalProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of slipway.yml, completed by the data folder: ports, secrets, embedded servers. */
public final class Installation {

    private static final int CONNECTIONS = 20;

    private final DataFolder folder;
    private final Path file;
    private final String text;
    private final Settings settings;
    private final @Nullable String fault;

    private Installation(DataFolder folder, Path file, String text, Settings settings, @Nullable String fault) {
        this.folder = folder;
        this.file = file;
        this.text = text;
        this.settings = settings;
        this.fault = fault;
    }

    /**
     * Reads the settings. The first start of a folder without settings writes its slipway.yml.
     *
     * @param config the file that the user named; null for that of the data folder, or else of the current folder
     */
    public static Installation open(DataFolder folder, @Nullable Path config) {
        Path file = settingsFile(folder, config);
        String text = SettingsReader.textOf(file);
        Settings settings = SettingsReader.read(file.toString(), text);
        keep(folder, PortName.API, settings.api().port());
        if (folder.holder("gateway").isEmpty()) {
            // A further gateway of this folder, with settings of its own, must not move the address of the first.
            keep(folder, PortName.GATEWAY, settings.gateway().port());
        }
        keep(folder, PortName.OBJECTS, settings.objects().port());
        keep(folder, PortName.POSTGRES, settings.database().port());
        keep(folder, PortName.TEMPORAL, settings.temporal().port());
        keep(folder, PortName.TEMPORAL_UI, settings.temporal().uiPort());
        folder.ports().enter();
        return new Installation(folder, file, text, settings, null);
    }

    /**
     * The installation for commands that look at it or end it: they work whatever slipway.yml says now, and change no settings and no ports.
     * While a process has the role of the API or of the parts, these are the settings of its start; else those of the file, or, if that has
     * a fault, those of the last start. {@link #fault} tells it.
     *
     * @param config the file that the user named, which is read also while a process holds the folder; null for the usual one
     */
    public static Installation found(DataFolder folder, @Nullable Path config) {
        Path file = existingFile(folder, config);
        SettingsOfStart ofStart = new SettingsOfStart(folder);
        String fault = null;
        try {
            String text = Files.exists(file) || config != null ? SettingsReader.textOf(file) : "";
            Settings settings = SettingsReader.read(file.toString(), text);
            // These are the roles whose processes keep their settings.
            boolean isHeld =
                    folder.holder("api").isPresent() || folder.holder("parts").isPresent();
            Optional<Settings> kept = config == null && isHeld ? ofStart.read() : Optional.empty();
            return new Installation(folder, file, text, kept.orElse(settings), null);
        } catch (SettingsProblem problem) {
            fault = String.valueOf(problem.getMessage());
        }
        Settings settings = ofStart.read().orElseGet(() -> SettingsReader.read(file.toString(), ""));
        return new Installation(folder, file, "", settings, fault);
    }

    /** What is wrong with the settings file, if this is not what the file says but what the last start used. */
    public Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    /** Keeps these settings for {@link #found}. To be called by a process that holds the folder. */
    public void keepForCommands() {
        new SettingsOfStart(folder).keep(text);
    }

    private static Path existingFile(DataFolder folder, @Nullable Path config) {
        Path here = Path.of("slipway.yml").toAbsolutePath();
        if (config != null) {
            return config;
        }
        return !Files.exists(folder.settings()) && Files.exists(here) ? here : folder.settings();
    }

    private static Path settingsFile(DataFolder folder, @Nullable Path config) {
        boolean named = config != null;
        if (config != null && !config.equals(folder.settings())) {
            return config;
        }
        Path here = Path.of("slipway.yml").toAbsolutePath();
        if (!named && !Files.exists(folder.settings()) && Files.exists(here)) {
            return here;
        }
        if (!Files.exists(folder.settings())) {
            try {
                DurableFile.writeIfAbsent(folder.settings(), FirstSettings.text(KeptPython.found()), "rw-------");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the first settings '" + folder.settings() + "'", e);
            }
        }
        return folder.settings();
    }

    private static void keep(DataFolder folder, PortName name, @Nullable Integer port) {
        if (port != null) {
            folder.ports().keep(name, port);
        }
    }

    public DataFolder folder() {
        return folder;
    }

    /** The settings file that is in force. */
    public Path file() {
        return file;
    }

    public Settings settings() {
        return settings;
    }

    /** The parts that the settings do not replace by a server of the user. They are not started. */
    public List<Part> parts(Consumer<String> progress) {
        List<Part> parts = new ArrayList<>();
        if (isDatabaseEmbedded()) {
            parts.add(new PostgresPart(folder));
        }
        if (isTemporalEmbedded()) {
            TemporalPart temporal = new TemporalPart(folder, settings.temporal().namespace(), progress);
            parts.add(settings.temporal().hasEmbeddedUi() ? temporal : temporal.withoutUi());
        }
        if (areObjectsEmbedded()) {
            parts.add(new ObjectStorePart(folder, settings.objects().bucket()));
        }
        return parts;
    }

    /**
     * The servers of their own process that a start may have left on a folder, in the order in which they are stopped. Which of them the
     * settings replace does not matter: one that never ran has nothing to stop.
     */
    public static List<Part> embeddedServers(DataFolder folder) {
        if (folder.ports().kept().isEmpty()) {
            return List.of();
        }
        return List.of(new TemporalPart(folder, "", line -> {}), new PostgresPart(folder));
    }

    /** Whether a process of this very folder serves the API; a copy has the same ports and passwords, and none of the locks. */
    public boolean holdsApi() {
        return folder.holder("api").isPresent();
    }

    /** Whether the database is the user's, or a server of this very folder. */
    public boolean holdsDatabase() {
        return !isDatabaseEmbedded()
                || !Processes.workingIn(folder.root().resolve("postgres")).isEmpty();
    }

    /** Whether Temporal is the user's, or a server of this very folder. */
    public boolean holdsTemporal() {
        return !isTemporalEmbedded()
                || !Processes.workingIn(folder.root().resolve("temporal")).isEmpty();
    }

    /** Whether object storage is the user's, or that of a process of this very folder. */
    public boolean holdsObjects() {
        return !areObjectsEmbedded() || folder.holder("parts").isPresent();
    }

    public boolean isDatabaseEmbedded() {
        return settings.database().url() == null;
    }

    public boolean isTemporalEmbedded() {
        return settings.temporal().address() == null;
    }

    public boolean areObjectsEmbedded() {
        return settings.objects().endpoint() == null;
    }

    /** Scheme, host and port at which clients reach the API. */
    public URI api() {
        String url = settings.api().publicUrl();
        return URI.create(url != null ? url : "http://" + settings.api().host() + ":" + port(PortName.API));
    }

    /** Scheme, host and port at which clients reach predictions. */
    public URI gateway() {
        String url = settings.gateway().publicUrl();
        return URI.create(url != null ? url : "http://" + settings.gateway().host() + ":" + port(PortName.GATEWAY));
    }

    /** Scheme, host and port of the Temporal UI; empty if Temporal is the user's and no UI is named. */
    public String temporalUi() {
        String ui = settings.temporal().ui();
        if (ui != null) {
            return ui;
        }
        return isTemporalEmbedded() && settings.temporal().hasEmbeddedUi()
                ? "http://127.0.0.1:" + port(PortName.TEMPORAL_UI)
                : "";
    }

    /** The page of the Temporal UI that lists our workflows; empty if there is no UI. */
    public String temporalWorkflows() {
        String ui = temporalUi();
        return ui.isEmpty()
                ? ""
                : "%s/namespaces/%s/workflows".formatted(ui, settings.temporal().namespace());
    }

    public TemporalProperties temporal() {
        String address = settings.temporal().address();
        return new TemporalProperties(
                address != null ? address : "127.0.0.1:" + port(PortName.TEMPORAL),
                settings.temporal().namespace(),
                settings.temporal().tls());
    }

    /** The database as its owner. */
    public DatabaseProperties database() {
        return new DatabaseProperties(
                databaseUrl(),
                Objects.requireNonNullElse(settings.database().user(), PostgresPart.OWNER),
                secret(
                        settings.database().password(),
                        "database.password",
                        isDatabaseEmbedded(),
                        PostgresPart.PASSWORD_SECRET),
                CONNECTIONS);
    }

    /** The database as the gateway may use it. */
    public DatabaseProperties gatewayDatabase() {
        return new DatabaseProperties(
                databaseUrl(),
                Objects.requireNonNullElse(settings.database().gatewayUser(), PostgresPart.GATEWAY_ROLE),
                secret(
                        settings.database().gatewayPassword(),
                        "database.gateway-password",
                        isDatabaseEmbedded(),
                        PostgresPart.GATEWAY_PASSWORD_SECRET),
                4);
    }

    /** JDBC address of the database; it needs no password. */
    public String databaseUrl() {
        String url = settings.database().url();
        return url != null
                ? url
                : "jdbc:postgresql://127.0.0.1:" + port(PortName.POSTGRES) + "/" + PostgresPart.DATABASE;
    }

    public String objectsEndpoint() {
        String endpoint = settings.objects().endpoint();
        return endpoint != null ? endpoint : "http://127.0.0.1:" + port(PortName.OBJECTS);
    }

    public String objectsAccessKey() {
        return secret(settings.objects().accessKey(), "objects.access-key", areObjectsEmbedded(), "objects-access-key");
    }

    public String objectsSecretKey() {
        return secret(settings.objects().secretKey(), "objects.secret-key", areObjectsEmbedded(), "objects-secret-key");
    }

    public ObjectStoreProperties objects() {
        return new ObjectStoreProperties(
                objectsEndpoint(), settings.objects().region(), objectsAccessKey(), objectsSecretKey());
    }

    public TokenKey tokenKey() {
        return TokenKey.of(folder.secrets().get("token-key").getBytes(StandardCharsets.UTF_8));
    }

    public ApiProperties apiProperties() {
        return new ApiProperties(
                settings.api().host(),
                port(PortName.API),
                database(),
                temporal(),
                new ApiProperties.Objects(
                        objectsEndpoint(), settings.objects().region(), objectsAccessKey(), objectsSecretKey()),
                folder.root(),
                tokenKey(),
                settings.api().publicUrl(),
                gateway().toString(),
                settings.api().objectHost(),
                settings.api().region(),
                settings.pools(),
                settings.accounts().stream().map(this::account).toList(),
                settings.grants());
    }

    public WorkerProperties workerProperties() {
        new KeptPython(folder).keep();
        return new WorkerProperties(
                database(),
                temporal(),
                objects(),
                settings.api().objectHost(),
                folder.root(),
                localSettings(),
                pullSettings(),
                pushSettings(),
                settings.pools(),
                settings.bake(),
                new WorkerProperties.Batch(
                        settings.batch().memoryMegabytes() * 1024L * 1024L,
                        settings.batch().longestOutage()),
                settings.retention(),
                settings.grants());
    }

    /** From where container images are pulled. */
    private PullSettings pullSettings() {
        Settings.Images images = settings.images();
        return new PullSettings(
                images.registries().stream().map(Installation::registry).toList(),
                new PullSettings.Limits(
                        (long) images.pulledGigabytes() << 30,
                        (long) images.unpackedGigabytes() << 30,
                        images.files()));
    }

    /** Where built images are sent; null if nowhere. */
    private @Nullable PushSettings pushSettings() {
        Settings.Push push = settings.images().push();
        if (push == null) {
            return null;
        }
        PullSettings.Registry registry = settings.images().registries().stream()
                .filter(each -> each.host().equals(push.registry()))
                .map(Installation::registry)
                .findFirst()
                .orElseThrow();
        return new PushSettings(registry, push.repository());
    }

    private static PullSettings.Registry registry(Settings.Registry registry) {
        Path file = registry.passwordFile();
        try {
            String password = file == null ? null : Files.readString(file).strip();
            return new PullSettings.Registry(
                    registry.host(), registry.user(), password, registry.isInsecure(), registry.authority());
        } catch (IOException e) {
            throw new SettingsProblem(
                    "registry '%s': 'password-file' cannot be read: %s".formatted(registry.host(), e.getMessage()), e);
        }
    }

    /** Of the instances of this machine. */
    public LocalSettings localSettings() {
        Settings.Models models = settings.models();
        return new LocalSettings(
                new KeptPython(folder).command(),
                models.pythons(),
                models.sandbox(),
                models.sandboxRequired(),
                models.user(),
                models.processes(),
                models.diskMegabytes() * 1024L * 1024L,
                models.files(),
                models.poolsWithNetwork(),
                models.pip());
    }

    /** @param isFirst whether it is the first of this folder; a further one gets the port of its own settings file, or any free one */
    public GatewayProperties gatewayProperties(boolean isFirst) {
        int port = port(PortName.GATEWAY);
        if (!isFirst) {
            Integer own = settings.gateway().port();
            port = own == null || own == port ? 0 : own;
        }
        return GatewayProperties.of(settings.gateway().host(), port, folder.root(), gatewayDatabase(), tokenKey());
    }

    private AccountProperties account(Settings.Account account) {
        return new AccountProperties(
                account.name(),
                account.projects(),
                account.users().stream()
                        .map(user -> new UserProperties(user.name(), password(user)))
                        .toList());
    }

    /** The first user of the first account, in its first project, which {@code env} and {@code demo} use. */
    public Login administrator() {
        Settings.Account account = settings.accounts().getFirst();
        Settings.User user = account.users().getFirst();
        return new Login(
                account.name(), user.name(), password(user), account.projects().getFirst());
    }

    private String password(Settings.User user) {
        String secret = user.passwordSecret();
        return secret == null
                ? Objects.requireNonNull(user.password())
                : folder.secrets().get(secret);
    }

    /** Only embedded servers get a generated secret; a server of the user has its own. */
    private String secret(@Nullable String fromSettings, String key, boolean embedded, String name) {
        if (fromSettings != null) {
            return fromSettings;
        }
        if (!embedded && !folder.secrets().has(name)) {
            throw new SettingsProblem("%s: '%s' is missing; write it there or into the file '%s'"
                    .formatted(file, key, folder.secrets().file(name)));
        }
        return folder.secrets().get(name);
    }

    public int port(PortName name) {
        return folder.ports().get(name);
    }
}
