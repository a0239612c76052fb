package dev.slipway.parts.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** The processes of this machine, from /proc. Processes of other users may show too little to match. */
public final class Processes {

    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** The processes whose working folder is this one. */
    public static List<ProcessIdentity> workingIn(Path folder) {
        return matching(pid -> {
            try {
                return Files.readSymbolicLink(PROC.resolve(pid + "/cwd")).equals(folder);
            } catch (IOException goneOrForeign) {
                return false;
            }
        });
    }

    /** The processes that have this word among their arguments. */
    public static List<ProcessIdentity> withArgument(String argument) {
        return matching(pid -> arguments(pid).contains(argument));
    }

    /** The arguments of a process, its program first; empty if it does not exist. */
    public static List<String> arguments(long pid) {
        try {
            return List.of(new String(Files.readAllBytes(PROC.resolve(pid + "/cmdline")), StandardCharsets.UTF_8)
                    .split("\0", 0));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** The process that listens on this TCP port of this machine. */
    public static Optional<PortHolder> listeningOn(int port) {
        List<String> sockets = new ArrayList<>();
        for (String table : new String[] {"net/tcp", "net/tcp6"}) {
            sockets.addAll(listeningSockets(PROC.resolve(table), port));
        }
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        return matching(pid -> holdsOneOf(pid, sockets)).stream()
                .findFirst()
                .map(process -> new PortHolder(port, process.pid(), nameOf(process.pid())))
                .or(() -> Optional.of(PortHolder.unknown(port)));
    }

    private static List<String> listeningSockets(Path table, int port) {
        String suffix = ":%04X".formatted(port);
        List<String> sockets = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+", -1);
                boolean listens = fields.length > 9 && fields[3].equals("0A");
                if (listens && fields[1].endsWith(suffix)) {
                    sockets.add("socket:[" + fields[9] + "]");
                }
            }
        } catch (IOException noSuchTable) {
            return sockets;
        }
        return sockets;
    }

    private static boolean holdsOneOf(long pid, List<String> sockets) {
        try (Stream<Path> descriptors = Files.list(PROC.resolve(pid + "/fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            });
        } catch (IOException | UncheckedIOException goneOrForeign) {
            return false;
        }
    }

    private static String nameOf(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/comm")).strip();
        } catch (IOException gone) {
            return "unknown";
        }
    }

    private static List<ProcessIdentity> matching(LongPredicate predicate) {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .mapToLong(Long::parseLong)
                    .filter(predicate)
                    .mapToObj(ProcessIdentity::of)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list '" + PROC + "'", e);
        }
    }
}
