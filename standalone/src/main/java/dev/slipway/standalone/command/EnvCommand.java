package dev.slipway.standalone.command;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.client.ClientFailure;
import dev.slipway.client.Login;
import dev.slipway.client.RefusedCall;
import dev.slipway.client.SlipwayClient;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.settings.Settings;
import dev.slipway.standalone.shell.ShellWord;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code env}: prints shell exports with the usual names of client variables, for {@code eval}. It is the only command that prints a
 * password and a key.
 */
@Command(name = "env", description = "the variables that clients know: eval \"$(./slipway env)\"")
public final class EnvCommand implements Callable<Integer> {

    /** For the login, which asks the database. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final PrintStream out;
    private final PrintStream err;

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    public EnvCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        Path data = folder.data();
        Installation installation = folder.required();
        installation.fault().ifPresent(fault -> err.printf("slipway env: %s%n", SettingsNote.of(fault)));
        exports(installation, data)
                .forEach((name, value) -> out.printf("export %s=%s%n", name, ShellWord.quoted(value)));
        return 0;
    }

    private static Map<String, String> exports(Installation installation, Path data) {
        if (!installation.holdsApi()) {
            throw notServed(installation, data, "no process of this folder serves the API");
        }
        Login login = installation.administrator();
        String project;
        try (SlipwayClient client = new SlipwayClient(installation.api(), login, LIMIT)) {
            project = client.project();
        } catch (RefusedCall e) {
            throw new CommandFailure(
                    "the API of '%s' runs at %s and refuses: %s (status %d); './slipway status --data %s' shows its servers"
                            .formatted(data, installation.api(), e.reason(), e.status(), ShellWord.path(data)));
        } catch (ClientFailure e) {
            throw new CommandFailure(
                    "the API of '%s' does not answer (%s); './slipway status --data %s' shows what of it runs"
                            .formatted(data, e.getMessage(), ShellWord.path(data)));
        }
        Settings settings = installation.settings();
        Map<String, String> exports = new LinkedHashMap<>();
        exports.put(LoginVariables.ENDPOINT, installation.api().toString());
        exports.put("SLIPWAY_OBJECT_HOST", settings.api().objectHost());
        exports.put("SLIPWAY_BUCKET", settings.objects().bucket());
        exports.put("OS_AUTH_URL", installation.api() + "/v3");
        exports.put("OS_IDENTITY_API_VERSION", "3");
        exports.put(LoginVariables.USER, login.user());
        exports.put(LoginVariables.PASSWORD, login.password());
        exports.put(LoginVariables.DOMAIN, login.domain());
        exports.put("OS_PROJECT_ID", project);
        exports.put(LoginVariables.PROJECT, login.project());
        exports.put("OS_PROJECT_DOMAIN_NAME", login.domain());
        exports.put("AWS_ENDPOINT_URL_S3", installation.objectsEndpoint());
        exports.put("AWS_ACCESS_KEY_ID", installation.objectsAccessKey());
        exports.put("AWS_SECRET_ACCESS_KEY", installation.objectsSecretKey());
        exports.put("AWS_REGION", settings.objects().region());
        exports.put("TEMPORAL_ADDRESS", installation.temporal().address());
        exports.put("TEMPORAL_NAMESPACE", installation.temporal().namespace());
        exports.put("TEMPORAL_UI", installation.temporalUi());
        return exports;
    }

    private static CommandFailure notServed(Installation installation, Path data, String why) {
        return new CommandFailure("nothing serves '%s' at %s (%s); start it with: ./slipway up --data %s"
                .formatted(data, installation.api(), why, ShellWord.path(data)));
    }
}
