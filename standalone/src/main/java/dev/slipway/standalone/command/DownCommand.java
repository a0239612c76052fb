package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalInstances;
import dev.slipway.parts.Part;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.FolderLock;
import dev.slipway.parts.process.PartProcess;
import dev.slipway.parts.process.ProcessIdentity;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.shell.ShellWord;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code down}: ends everything that runs on a data folder: first the processes that hold it, which stop in order, then instances and
 * embedded servers that killed processes left.
 */
@Command(name = "down", description = "ends what lives of a data folder")
public final class DownCommand implements Callable<Integer> {

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(90);
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final PrintStream out;

    @Mixin
    private final FolderOptions options = new FolderOptions();

    public DownCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        DataFolder.existing(options.data())
                .ifPresentOrElse(
                        folder -> end(folder, out),
                        () -> out.printf("nothing was ever started in '%s'%n", options.data()));
        return 0;
    }

    /** By locks, pid files and ports alone: no settings are read, so that no fault of theirs keeps a folder running. */
    static void end(DataFolder folder, PrintStream out) {
        for (ProcessIdentity holder : holders(folder)) {
            out.printf("stopping process %d%n", holder.pid());
            PartProcess.stop(holder, "TERM", WAIT_LIMIT);
        }
        List<FolderLock> locks = new ArrayList<>();
        try {
            // No process may start on the folder while it is cleared.
            for (Role role : Role.all()) {
                locks.add(lockOnceFree(folder, role.key()));
            }
            endInstances(folder, out);
            for (Part part : Installation.embeddedServers(folder)) {
                part.stop();
            }
        } finally {
            locks.forEach(FolderLock::close);
        }
        out.printf("nothing of '%s' runs any more%n", ShellWord.typed(folder.root()));
    }

    /** A process that has ended by its pid still holds its locks until the kernel has taken it apart. */
    private static FolderLock lockOnceFree(DataFolder folder, String role) {
        PartProcess.waitUntil(() -> folder.holder(role).isEmpty(), LOCK_LIMIT);
        return folder.lock(role);
    }

    private static Set<ProcessIdentity> holders(DataFolder folder) {
        Set<ProcessIdentity> holders = new LinkedHashSet<>();
        Map<String, String> held = folder.holders();
        // Gateways first and parts last, as one process would stop them; other processes before them.
        List<String> roles = new ArrayList<>(held.keySet());
        roles.sort(Comparator.comparingInt(DownCommand::place));
        for (String role : roles) {
            Optional.ofNullable(held.get(role))
                    .filter(pid -> pid.matches("[0-9]+"))
                    .flatMap(pid -> ProcessIdentity.of(Long.parseLong(pid)))
                    .ifPresent(holders::add);
        }
        return holders;
    }

    private static int place(String role) {
        return switch (role) {
            case "worker" -> 1;
            case "api" -> 2;
            case "parts" -> 3;
            default -> 0;
        };
    }

    private static void endInstances(DataFolder folder, PrintStream out) {
        LocalInstances instances = new LocalInstances(folder.root());
        int living = instances.living().size();
        if (living == 0) {
            return;
        }
        out.printf("ending %d %s%n", living, living == 1 ? "instance" : "instances");
        try {
            instances.endAll(DRAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
