package dev.slipway.standalone.command;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.Arguments;
import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.client.ClientFailure;
import dev.slipway.client.Login;
import dev.slipway.client.SlipwayClient;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.settings.Settings;
import dev.slipway.standalone.shell.ShellWord;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code env}: prints shell exports with the usual names of client variables, for {@code eval}. It is the only command that prints a
 * password and a key.
 */
public final class EnvCommand implements Command {

    private final PrintStream out;
    private final PrintStream err;

    public EnvCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data", "--config"), Set.of());
        Path data = arguments.folder("data");
        Installation installation = DataFolder.existing(data)
                .map(folder -> Installation.found(folder, arguments.config()))
                .orElseThrow(() ->
                        new CommandFailure("nothing was ever started in '%s'; start it with: ./slipway up --data %s"
                                .formatted(data, ShellWord.path(data))));
        installation.fault().ifPresent(fault -> err.printf("slipway env: %s%n", SettingsNote.of(fault)));
        exports(installation, data)
                .forEach((name, value) -> out.printf("export %s=%s%n", name, ShellWord.quoted(value)));
        return 0;
    }

    private static Map<String, String> exports(Installation installation, Path data) {
        Login login = installation.administrator();
        String project;
        try (SlipwayClient client = new SlipwayClient(installation.api(), login)) {
            project = client.project();
        } catch (ClientFailure e) {
            throw new CommandFailure("nothing serves '%s' at %s (%s); start it with: ./slipway up --data %s"
                    .formatted(data, installation.api(), e.getMessage(), ShellWord.path(data)));
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
}
