package dev.slipway.standalone.command;

import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.shell.ShellWord;
import java.io.PrintStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses and files that are printed once everything serves. */
final class ServingSummary implements AutoCloseable {

    private final Installation installation;
    private final @Nullable ModelSandbox sandbox;

    /**
     * Begins to find out what it tells of the machine; made before everything starts it costs no time.
     *
     * @param roles of this process: only a worker starts models
     */
    ServingSummary(Installation installation, Set<Role> roles) {
        this.installation = installation;
        this.sandbox = roles.contains(Role.WORKER)
                ? ModelSandbox.begin(
                        installation.localSettings(),
                        installation.folder().root().resolve("runtime"))
                : null;
    }

    void print(PrintStream out) {
        String data = ShellWord.path(installation.folder().root());
        out.println();
        row(out, "API", installation.api().toString());
        row(out, "Predictions", installation.gateway().toString());
        row(out, "Temporal UI", installation.temporalWorkflows());
        row(
                out,
                "Objects",
                installation.objectsEndpoint() + "  (S3, bucket '"
                        + installation.settings().objects().bucket() + "')");
        row(out, "Database", installation.database().url() + (installation.isDatabaseEmbedded() ? "" : "  (yours)"));
        row(
                out,
                "Temporal",
                installation.temporal().address() + (installation.isTemporalEmbedded() ? "" : "  (yours)"));
        if (sandbox != null) {
            row(out, "Models", ModelSandbox.sentence(sandbox.result()));
        }
        row(out, "Settings", ShellWord.typed(installation.file()));
        row(out, "Logs", ShellWord.typed(installation.folder().root().resolve("logs")));
        out.println();
        row(out, "Use it", "eval \"$(./slipway env --data " + data + ")\"");
        row(out, "Show its state", "./slipway status --data " + data);
        row(out, "Stop it", "Ctrl-C here, or ./slipway down --data " + data);
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
