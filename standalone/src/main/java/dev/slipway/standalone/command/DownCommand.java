package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalInstances;
import dev.slipway.cli.command.Arguments;
import dev.slipway.cli.command.Command;
import dev.slipway.parts.Part;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.FolderLock;
import dev.slipway.parts.process.PartProcess;
import dev.slipway.parts.process.ProcessIdentity;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.shell.ShellWord;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code down}: ends everything that runs on a data folder: first the processes that hold it, which stop in order, then instances and
 * embedded servers that killed processes left.
 */
public final class DownCommand implements Command {

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(90);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final PrintStream out;

    public DownCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data", "--config"), Set.of());
        Path data = arguments.folder("data");
        Optional<DataFolder> folder = DataFolder.existing(data);
        if (folder.isEmpty()) {
            out.printf("nothing was ever started in '%s'%n", data);
            return 0;
        }
        end(folder.get());
        return 0;
    }

    /** By locks, pid files and ports alone: no settings are read, so that no fault of theirs keeps a folder running. */
    private void end(DataFolder folder) {
        holders(folder).forEach(this::terminate);
        List<FolderLock> locks = new ArrayList<>();
        try {
            // No process may start on the folder while it is cleared.
            for (Role role : Role.all()) {
                locks.add(folder.lock(role.key()));
            }
            endInstances(folder);
            for (Part part : Installation.embeddedServers(folder)) {
                part.stop();
            }
        } finally {
            locks.forEach(FolderLock::close);
        }
        out.printf("nothing of '%s' runs any more%n", ShellWord.typed(folder.root()));
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

    private void terminate(ProcessIdentity holder) {
        out.printf("stopping process %d%n", holder.pid());
        PartProcess.stop(holder, "TERM", WAIT_LIMIT);
    }

    private void endInstances(DataFolder folder) {
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
