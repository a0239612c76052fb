package dev.slipway.standalone.command;

import dev.slipway.standalone.installation.Installation;
import java.io.PrintStream;
import java.nio.file.Path;

/** The one screen that says where everything is once it serves. */
final class Screen {

    private final Installation installation;

    Screen(Installation installation) {
        this.installation = installation;
    }

    void print(PrintStream out) {
        String data = shown(installation.folder().root());
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
        row(out, "Settings", shown(installation.file()));
        row(out, "Logs", shown(installation.folder().root().resolve("logs")));
        out.println();
        row(out, "Use it", "eval \"$(./slipway env --data " + data + ")\"");
        row(out, "Look at it", "./slipway status --data " + data);
        row(out, "Stop it", "Ctrl-C here, or ./slipway down --data " + data);
    }

    private static void row(PrintStream out, String name, String value) {
        out.printf("  %-12s %s%n", name, value);
    }

    /** As the user would type it from where the command was called. */
    static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = path.toAbsolutePath().normalize();
        return absolute.startsWith(here) && !absolute.equals(here)
                ? here.relativize(absolute).toString()
                : absolute.toString();
    }
}
