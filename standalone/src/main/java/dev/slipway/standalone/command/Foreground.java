package dev.slipway.standalone.command;

import dev.slipway.formats.release.Release;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.machine.MachineChecks;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.PrintStream;
import java.util.Set;

/** Serves in the foreground until Ctrl-C or SIGTERM. */
final class Foreground {

    private final PrintStream out;
    private final String log;

    /** @param log the name of the log file */
    Foreground(PrintStream out, String log) {
        this.out = out;
        this.log = log;
    }

    /** @param check whether it stops once all of it answers */
    void serve(FolderOptions options, Set<Role> roles, boolean check) {
        long began = System.nanoTime();
        DataFolder folder = DataFolder.open(options.data());
        LogFile.use(folder.log(log));
        Installation installation = Installation.open(folder, options.config());
        try (MachineChecks checks = MachineChecks.beforeStart(installation, roles)) {
            Serving serving =
                    new Serving(out, new RunningInstallation(installation, roles, line -> out.printf("  %s%n", line)));
            DemoFolder.adopt(folder);
            out.printf("Slipway %s starts on %s%n", Release.version(), folder.root());
            try (ServingSummary screen = new ServingSummary(installation, roles)) {
                serving.start(checks);
                out.printf(
                        "%nSlipway serves (%s), ready after %.1f s%n",
                        Role.keys(roles), (System.nanoTime() - began) / 1e9);
                screen.print(out);
            }
            if (check) {
                serving.stop();
            } else {
                serving.untilSignal();
            }
        }
    }
}
