package dev.slipway.standalone.command;

import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.shell.ShellWord;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses and files that are printed once everything serves. */
final class ServingSummary implements AutoCloseable {

    private final Installation installation;
    private final Set<Role> roles;
    private final @Nullable ModelSandbox sandbox;

    /**
     * Begins to find out what it tells of the machine; made before everything starts it costs no time.
     *
     * @param roles of this process: only a worker starts models
     */
    ServingSummary(Installation installation, Set<Role> roles) {
        this.installation = installation;
        this.roles = Set.copyOf(roles);
        this.sandbox = roles.contains(Role.WORKER)
                ? ModelSandbox.begin(
                        installation.localSettings(),
                        installation.folder().root().resolve("runtime"))
                : null;
    }

    /** Prints what this process runs, and servers of the user's that it works with. */
    void print(PrintStream out) {
        String data = ShellWord.path(installation.folder().root()) + config();
        out.println();
        if (roles.contains(Role.API)) {
            row(out, "API", installation.api().toString());
        }
        if (roles.contains(Role.GATEWAY)) {
            row(out, "Predictions", installation.gateway().toString());
        }
        servers(out);
        if (sandbox != null) {
            row(out, "Models", ModelSandbox.sentence(sandbox.result()));
        }
        row(out, "Settings", ShellWord.typed(installation.file()));
        row(out, "Logs", ShellWord.typed(installation.folder().root().resolve("logs")));
        out.println();
        if (roles.contains(Role.API)) {
            row(out, "Use it", "eval \"$(./slipway env --data " + data + ")\"");
        }
        row(out, "Show its state", "./slipway status --data " + data);
        row(out, "Stop it", "Ctrl-C here, or ./slipway down --data " + data);
    }

    /** The settings that a command of another shell would not find by itself. */
    private String config() {
        Path file = installation.file();
        return file.equals(installation.folder().settings()) ? "" : " --config " + ShellWord.path(file);
    }

    private void servers(PrintStream out) {
        String bucket = installation.settings().objects().bucket();
        if (shows(installation.isTemporalEmbedded())) {
            row(out, "Temporal UI", installation.temporalWorkflows());
            SavedQueries.ALL.forEach(query -> query.address(installation.temporalWorkflows())
                    .ifPresent(address -> row(out, query.name(), address)));
        }
        if (shows(installation.areObjectsEmbedded())) {
            row(out, "Objects", "%s  (S3, bucket '%s')".formatted(installation.objectsEndpoint(), bucket));
        }
        if (shows(installation.isDatabaseEmbedded())) {
            row(out, "Database", installation.databaseUrl() + (installation.isDatabaseEmbedded() ? "" : "  (yours)"));
        }
        if (shows(installation.isTemporalEmbedded())) {
            String address = installation.temporal().address();
            row(out, "Temporal", address + (installation.isTemporalEmbedded() ? "" : "  (yours)"));
        }
    }

    private boolean shows(boolean embedded) {
        return embedded ? roles.contains(Role.PARTS) : roles.contains(Role.API) || roles.contains(Role.WORKER);
    }

    private static void row(PrintStream out, String name, String value) {
        out.printf("  %-12s %s%n", name, value);
    }

    /** Returns when nothing that it began is at work. */
    @Override
    public void close() {
        if (sandbox != null) {
            sandbox.close();
        }
    }
}
